import type { Answer, TestApp } from './app.js';
import type { AskableList, SchemaQuestions } from './schema-questions.js';
import { OF_TABLES, sentDuring, type Sent } from './statements.js';

/** A statement, and the question that it was sent for. */
export interface Asked extends Sent {
  readonly question: string;
}

export interface Page {
  readonly totalCount: number;
  readonly pageInfo: { readonly startCursor: string | null };
}

const REFUSED = ['FORBIDDEN', 'UNAUTHENTICATED'];
/** Asks what a schema can be asked, and keeps the statements that it took. */
export class SchemaWalk {
  private readonly statements = new Map<string, Asked>();
  private readonly ids = new Map<string, string>();

  /** @param signedIn headers of somebody who may read everything */
  constructor(
    private readonly app: TestApp,
    private readonly questions: SchemaQuestions,
    private readonly signedIn: Record<string, string>,
  ) {}

  /** Every statement once, with the values that it was sent with first. */
  get asked(): Asked[] {
    return [...this.statements.values()];
  }

  /** As the public, or as somebody who may where the public may not. */
  async ask<T = unknown>(query: string): Promise<T> {
    const answer = await this.answerTo(query, {});
    const isRefused = answer.errors?.some(({ extensions }) => REFUSED.includes(extensions.code));
    const { data, errors } = isRefused || isEmpty(answer.data) ? await this.answerTo(query, this.signedIn) : answer;
    if (errors) throw new Error(`${query}: ${JSON.stringify(errors)}`);
    return data as T;
  }

  /** What the work sends is kept as well. */
  async keeping(question: string, work: () => Promise<unknown>): Promise<void> {
    for (const sent of await sentDuring(work))
      if (OF_TABLES.test(sent.text) && !this.statements.has(sent.text))
        this.statements.set(sent.text, { ...sent, question });
  }

  private async answerTo(query: string, headers: Record<string, string>): Promise<Answer<unknown>> {
    let answer: Answer<unknown> | undefined;
    await this.keeping(query, async () => (answer = await this.app.gql<unknown>(query, {}, headers)));
    if (!answer) throw new Error('There is no answer.');
    return answer;
  }

  /**
   * Every list of the query and of everything that a node leads to, in every order, with every filter.
   *
   * @param start asks for objects that have something of everything, with `__typename` and `id`
   */
  async everything(start: string): Promise<void> {
    this.note(await this.ask(start));
    for (const list of this.questions.listsOf('Query')) await this.list(list, (field) => `{ ${field} }`);
    const done = new Set<string>();
    for (let found = this.notIn(done); found.length > 0; found = this.notIn(done))
      for (const [type, id] of found) {
        done.add(type);
        await this.object(type, id);
      }
    const missing = this.questions.nodeTypes.filter((type) => !done.has(type));
    if (missing.length > 0) throw new Error(`Nothing leads to ${missing.join(', ')}.`);
  }

  private notIn(done: ReadonlySet<string>): Array<[string, string]> {
    return [...this.ids].filter(([type]) => !done.has(type) && this.questions.nodeTypes.includes(type));
  }

  private async object(type: string, id: string): Promise<void> {
    const on = (fields: string) => `{ node(id: "${id}") { ... on ${type} { ${fields} } } }`;
    const branches = this.questions.branchesOf(type);
    const each = branches.map((name) => [name, this.questions.selection(this.questions.targetOf(type, name))] as const);
    const { node } = await this.ask<{ node: object }>(on(this.questions.selection(type, Object.fromEntries(each))));
    this.note(node);
    for (const list of this.questions.listsOf(type)) await this.list(list, on);
  }

  private async list({ field, node, variants }: AskableList, within: (field: string) => string): Promise<void> {
    const rows = `nodes { __typename ${node.getFields()['id'] ? 'id' : ''} } pageInfo { startCursor }`;
    for (const variant of variants) {
      const asked = async (page: string): Promise<Page> =>
        pageIn(await this.ask(within(`${field}(${[variant, page].filter(Boolean).join(', ')}) { ${rows} }`)));
      this.note(await asked('first: 3'));
      const { startCursor } = (await asked('last: 2')).pageInfo;
      if (startCursor === null) continue;
      // Far from the beginning, whichever way one looks.
      await asked(`first: 3, after: "${startCursor}"`);
      await asked(`last: 3, before: "${startCursor}"`);
      await this.ask(within(`${field}(${[variant, 'first: 1'].filter(Boolean).join(', ')}) { totalCount }`));
    }
  }

  /** Remembers where to go from here. */
  private note(found: unknown): void {
    if (Array.isArray(found)) found.forEach((each) => this.note(each));
    else if (typeof found === 'object' && found !== null) {
      const { __typename: type, id } = found as { __typename?: string; id?: string };
      if (type && id && !this.ids.has(type)) this.ids.set(type, id);
      Object.values(found).forEach((each) => this.note(each));
    }
  }
}

/** Whether there is nothing but null at the end of the way. */
const isEmpty = (data: unknown): boolean =>
  data === null || (typeof data === 'object' && Object.values(data).length === 1 && Object.values(data).every(isEmpty));

/** The one page somewhere in the answer. */
export function pageIn(value: object): Page {
  if ('pageInfo' in value) return value as Page;
  const inner = Object.values(value).find((part): part is object => typeof part === 'object' && part !== null);
  if (!inner) throw new Error('No page in the answer.');
  return pageIn(inner);
}
