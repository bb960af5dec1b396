import type { TestApp } from './app.js';
import type { AskableList, SchemaQuestions } from './schema-questions.js';
import { OF_TABLES, sentDuring } from './statements.js';

/** A field of the rows, and what is asked of the objects that it leads to. */
interface Unit {
  readonly field: string;
  readonly below: readonly string[];
}

/** How often each statement was sent, by its text. */
type Counts = ReadonlyMap<string, number>;

/** Compares what the database is asked for a few rows and for many, with all that hangs on them two levels deep. */
export class StatementCounts {
  /** @param headers of somebody who may read everything and ask for much */
  constructor(
    private readonly app: TestApp,
    private readonly questions: SchemaQuestions,
    private readonly headers: Record<string, string>,
  ) {}

  /** Statements that are sent more often for 50 rows of the list than for 5, with the fields that they are sent for. */
  async growing(list: AskableList): Promise<string[]> {
    const type = list.node.name;
    const units = this.questions.branchesOf(type).map((field) => ({
      field,
      below: this.questions.branchesOf(this.questions.targetOf(type, field)),
    }));
    return this.compared(list, units);
  }

  /** In as many questions as the limits of one make necessary. */
  private async compared(list: AskableList, units: readonly Unit[]): Promise<string[]> {
    const many = await this.counts(list, units, 50);
    if (many === null) {
      const parts = halves(units);
      const found = [await this.compared(list, parts[0]), await this.compared(list, parts[1])];
      return found.flat();
    }
    const few = await this.counts(list, units, 5);
    const fields = `${list.field} { ${units.map(({ field, below }) => `${field} { ${below.join(' ')} }`).join(' ')} }`;
    return [...many].flatMap(([text, times]) => {
      // Once more than before is no sign: what a field asks for may have been loaded for another one already.
      const most = 2 * Math.max(few?.get(text) ?? 0, 1);
      return times > most ? [`${times} times, at most ${most} expected, for ${fields}: ${text}`] : [];
    });
  }

  /** Null where that is too much for one question. */
  private async counts(
    { field, node, variants }: AskableList,
    units: readonly Unit[],
    rows: number,
  ): Promise<Counts | null> {
    const asked = Object.fromEntries(units.map((unit) => [unit.field, this.selectionBelow(node.name, unit)]));
    const args = [variants[0], `first: ${rows}`].filter(Boolean).join(', ');
    const query = `{ ${field}(${args}) { nodes { ${this.questions.selection(node.name, asked)} } } }`;
    let isTooMuch = false;
    const sent = await sentDuring(async () => {
      const { data, errors = [] } = await this.app.gql<Record<string, { nodes: unknown[] }> | null>(
        query,
        {},
        this.headers,
      );
      isTooMuch = errors.some(({ extensions }) => extensions.code === 'QUERY_TOO_COMPLEX');
      if (isTooMuch) return;
      if (errors.length > 0) throw new Error(`${query}: ${JSON.stringify(errors)}`);
      const found = data?.[field]?.nodes.length;
      if (found !== rows) throw new Error(`${field} has ${found} rows and not ${rows}.`);
    });
    if (isTooMuch) return null;
    const counts = new Map<string, number>();
    for (const { text } of sent.filter((one) => OF_TABLES.test(one.text)))
      counts.set(text, (counts.get(text) ?? 0) + 1);
    return counts;
  }

  private selectionBelow(owner: string, { field, below }: Unit): string {
    const type = this.questions.targetOf(owner, field);
    const each = below.map((name) => [name, this.questions.selection(this.questions.targetOf(type, name))] as const);
    return this.questions.selection(type, Object.fromEntries(each));
  }
}

/** Of the fields, or of what is asked below the only one. */
function halves(units: readonly Unit[]): [Unit[], Unit[]] {
  const [only, another] = units;
  if (!only || (!another && only.below.length < 2))
    throw new Error(`${only?.field} alone is too much for one question.`);
  const cut = <T>(all: readonly T[]): [T[], T[]] => [all.slice(0, all.length / 2), all.slice(all.length / 2)];
  if (another) return cut(units);
  const [first, second] = cut(only.below);
  return [[{ ...only, below: first }], [{ ...only, below: second }]];
}
