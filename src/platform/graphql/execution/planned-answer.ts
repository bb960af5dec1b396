import { defaultTypeResolver, getArgumentValues } from 'graphql';
import type { GraphQLContext } from '../loaders.js';
import { Later } from '../key-loader.js';
import { rowsResolveOf } from './rows-resolve.js';
import type { LeafShape, PlannedField, PlannedInfo, QuestionPlan, Selection, Shape } from './question-plan.js';

type Row = Record<string, unknown>;
type Args = Record<string, unknown>;

/** Objects of the answer that are still empty, beside the rows that they are made of. */
interface Unfilled {
  readonly rows: unknown[];
  readonly answers: Row[];
}

/**
 * Answers a question level by level: each field is asked of all rows that stand at its place before the next field is.
 * So arguments are read once and not for every row, and a page of rows waits for one statement and not for as many
 * promises as it has rows. Only for what goes well: whatever is wrong is thrown, and left to the usual execution to say.
 */
export class PlannedAnswer {
  private readonly args = new Map<PlannedField, Args>();

  constructor(
    private readonly plan: QuestionPlan,
    private readonly context: GraphQLContext,
    private readonly variableValues: Record<string, unknown>,
  ) {}

  async data(): Promise<Row> {
    const answer = blankOf(this.plan.root);
    await this.fill(this.plan.root, [{}], [answer]);
    return answer;
  }

  private fill(selection: Selection, rows: readonly unknown[], answers: readonly Row[]): Promise<unknown> | undefined {
    return together(selection.fields, (field) => {
      if (field.property !== undefined && field.shape.kind === 'LEAF') {
        this.showLeaves(field, field.property, field.shape, rows, answers);
        return undefined;
      }
      const values = this.valuesOf(field, rows);
      const arrival = arrivalOf(values);
      return arrival ? arrival.then(() => this.show(field, values, answers)) : this.show(field, values, answers);
    });
  }

  /** Most of an answer: values of rows that stand in it nearly as they are. */
  private showLeaves(
    field: PlannedField,
    property: string,
    shape: LeafShape,
    rows: readonly unknown[],
    answers: readonly Row[],
  ): void {
    const { key } = field;
    for (let n = 0; n < answers.length; n += 1) answers[n]![key] = leafOf(field, shape, (rows[n] as Row)[property]);
  }

  private valuesOf(field: PlannedField, rows: readonly unknown[]): unknown[] {
    const { resolve, name } = field.definition;
    if (field.property !== undefined) return rows.map((row) => (row as Row)[field.property as string]);
    const values: unknown[] = [];
    try {
      const rowsResolve = this.context.asOf.size === 0 ? rowsResolveOf(field.definition) : undefined;
      if (rowsResolve) {
        const answer = rowsResolve(this.argsOf(field), this.context, this.infoOf(field));
        for (const row of rows) values.push(answer(row));
      } else if (resolve) {
        const [args, info] = [this.argsOf(field), this.infoOf(field)];
        for (const row of rows) values.push(resolve(row, args, this.context, info));
      } else
        for (const row of rows) {
          const value = (row as Row)[name];
          if (typeof value === 'function') throw new NotPlanned(`${field.parentType.name}.${name}`);
          values.push(value);
        }
    } catch (error) {
      for (const value of values) if (isThenable(value)) value.then(undefined, letGo);
      throw error;
    }
    return values;
  }

  private argsOf(field: PlannedField): Args {
    let args = this.args.get(field);
    if (!args) {
      args = getArgumentValues(field.definition, field.nodes[0], this.variableValues);
      this.args.set(field, args);
    }
    return args;
  }

  private infoOf({ definition, nodes, parentType, place, asked }: PlannedField): PlannedInfo {
    const { schema, fragments, operation } = this.plan;
    return {
      fieldName: definition.name,
      fieldNodes: nodes,
      returnType: definition.type,
      parentType,
      path: place,
      schema,
      fragments,
      rootValue: {},
      operation,
      variableValues: this.variableValues,
      asked,
    };
  }

  private show(field: PlannedField, values: readonly unknown[], answers: readonly Row[]): Promise<unknown> | undefined {
    const { key, shape } = field;
    const found = new Map<Selection, Unfilled>();
    for (let n = 0; n < answers.length; n += 1) answers[n]![key] = this.shown(field, shape, values[n], found);
    return together(found, ([selection, unfilled]) => this.fill(selection, unfilled.rows, unfilled.answers));
  }

  /** A value as it stands in the answer. Objects are noted, to be filled together with those of the other rows. */
  private shown(field: PlannedField, shape: Shape, value: unknown, found: Map<Selection, Unfilled>): unknown {
    if (shape.kind === 'LEAF') return leafOf(field, shape, value);
    if (value === null || value === undefined) return nothingOf(field, shape);
    if (value instanceof Error) throw value;
    switch (shape.kind) {
      case 'LIST': {
        if (!Array.isArray(value)) throw new NotPlanned('a list that is no array');
        return value.map((item) => this.shown(field, shape.item, item, found));
      }
      case 'OBJECT':
        return noted(shape.selection, value, found);
      case 'ABSTRACT': {
        const resolve = shape.type.resolveType ?? defaultTypeResolver;
        const name = resolve(value, this.context, this.infoOf(field), shape.type);
        if (typeof name !== 'string') throw new NotPlanned(shape.type.name);
        return noted(shape.selectionOf(name), value, found);
      }
    }
  }
}

function leafOf(field: PlannedField, shape: LeafShape, value: unknown): unknown {
  if (value === null || value === undefined) return nothingOf(field, shape);
  if (shape.isText && typeof value === 'string') return value;
  if (value instanceof Error) throw value;
  if (isThenable(value) || typeof value === 'function') throw new NotPlanned(`${field.parentType.name}.${field.key}`);
  const serialized = shape.type.serialize(value);
  if (serialized === null || serialized === undefined) throw new NotPlanned(shape.type.name);
  return serialized;
}

function nothingOf({ parentType, key }: PlannedField, { isRequired }: Shape): null {
  if (isRequired) throw new NotPlanned(`null for ${parentType.name}.${key}`);
  return null;
}

/** Not an answer of this kind: the usual execution has it. */
class NotPlanned extends Error {}

function noted(selection: Selection, row: unknown, found: Map<Selection, Unfilled>): Row {
  if (isThenable(row) || selection.type.isTypeOf) throw new NotPlanned(selection.type.name);
  const answer = blankOf(selection);
  const unfilled = found.get(selection);
  if (unfilled) {
    unfilled.rows.push(row);
    unfilled.answers.push(answer);
  } else found.set(selection, { rows: [row], answers: [answer] });
  return answer;
}

/** With its fields in their order, whichever comes first. */
const blankOf = ({ blank }: Selection): Row => ({ ...blank });

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';

const letGo = (): undefined => undefined;

/** Ends when all parts have; undefined where none has to be waited for. */
function together<Part>(
  parts: Iterable<Part>,
  begin: (part: Part) => Promise<unknown> | undefined,
): Promise<unknown> | undefined {
  const begun: Promise<unknown>[] = [];
  try {
    for (const part of parts) {
      const end = begin(part);
      if (end) begun.push(end);
    }
  } catch (error) {
    // Nobody waits for the others any more, and they may fail too.
    for (const end of begun) end.catch(letGo);
    throw error;
  }
  return begun.length > 1 ? Promise.all(begun) : begun[0];
}

/** Puts what has arrived in its place; undefined when nothing is waited for. */
function arrivalOf(values: unknown[]): Promise<void> | undefined {
  const awaited = new Set<PromiseLike<unknown>>();
  for (let n = 0; n < values.length; n += 1) {
    const value = values[n];
    if (!isThenable(value)) continue;
    if (!(value instanceof Later)) {
      const arrival = Promise.resolve(value).then((kept) => void (values[n] = kept));
      arrival.catch(letGo);
      awaited.add(arrival);
    } else if (value.isWaiting) awaited.add(value.arrival);
    else values[n] = value.value;
  }
  return awaited.size === 0 ? undefined : Promise.all(awaited).then(() => arrivalOf(values));
}
