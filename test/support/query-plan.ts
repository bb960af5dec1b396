import pg from 'pg';
import type { Sent } from './statements.js';

/** A step of a plan that was carried out, as PostgreSQL describes it. */
export interface Step {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Filter?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Step[];
}

/** How a table was read, and how many of its rows. */
export interface Scan {
  readonly table: string;
  readonly isSequential: boolean;
  readonly rows: number;
}

/** How often PostgreSQL plans a prepared statement for its values, before it thinks of keeping a plan. */
const PLANNED_ANEW = 5;

/** Explains statements as the service sends them: in its role, and as everybody sees what is kept apart. */
export class Explainer {
  private constructor(
    private readonly db: pg.Client,
    private readonly tables: ReadonlyMap<string, number>,
  ) {}

  static async connect(url: string): Promise<Explainer> {
    const db = new pg.Client({ connectionString: url, options: '-c role=mithaq_app -c timezone=UTC' });
    await db.connect();
    const { rows } = await db.query<{ name: string; rows: number }>(
      `select relname as name, reltuples::float8 as rows from pg_class where relkind = 'r'`,
    );
    return new Explainer(db, new Map(rows.map(({ name, rows: count }) => [name, count])));
  }

  close = (): Promise<void> => this.db.end();

  /** How many rows a table has. */
  rowsOf = (table: string): number => this.tables.get(table) ?? 0;

  /** With the values that were sent, the first time: planned for them alone. */
  planOf({ text, values }: Sent): Promise<Step> {
    return this.explain(text, [...values]);
  }

  /** The first time, and when it came so often that PostgreSQL may have kept one plan for any values. */
  async plansOf({ text, values }: Sent): Promise<readonly Step[]> {
    await this.db.query(`prepare asked as ${text}`);
    try {
      const execute = `execute asked${values.length > 0 ? `(${values.map(literal).join(', ')})` : ''}`;
      const first = await this.explain(execute);
      for (let times = 1; times < PLANNED_ANEW; times += 1) await this.db.query(`explain ${execute}`);
      return [first, await this.explain(execute)];
    } finally {
      await this.db.query(`deallocate asked`);
    }
  }

  /** Whether PostgreSQL has kept one plan for any values after it has seen the statement that often. */
  async isPlannedOnce({ text, values }: Sent): Promise<boolean> {
    await this.db.query(`prepare asked as ${text}`);
    try {
      const execute = `execute asked${values.length > 0 ? `(${values.map(literal).join(', ')})` : ''}`;
      for (let times = 0; times <= PLANNED_ANEW; times += 1) await this.db.query(`explain ${execute}`);
      const { rows } = await this.db.query<{ kept: boolean }>(
        `select generic_plans > 0 as kept from pg_prepared_statements where name = 'asked'`,
      );
      return rows[0]?.kept ?? false;
    } finally {
      await this.db.query(`deallocate asked`);
    }
  }

  private async explain(statement: string, values: unknown[] = []): Promise<Step> {
    const { rows } = await this.db.query<{ 'QUERY PLAN': ReadonlyArray<{ readonly Plan: Step }> }>(
      `explain (analyze, buffers, timing off, summary off, format json) ${statement}`,
      values,
    );
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
    if (!plan) throw new Error('There is no plan.');
    return plan;
  }
}

/** As `pg` would send it. */
function literal(value: unknown): string {
  if (Buffer.isBuffer(value)) return `'\\x${value.toString('hex')}'`;
  const { prepareValue } = (pg as unknown as { utils: { prepareValue: (value: unknown) => string | null } }).utils;
  const prepared = prepareValue(value);
  return prepared === null ? 'null' : pg.escapeLiteral(prepared);
}

/** Every scan of a table in the plan. */
export function scansOf(step: Step): Scan[] {
  const below = (step.Plans ?? []).flatMap(scansOf);
  const table = step['Relation Name'];
  if (table === undefined) return below;
  const read =
    step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0) + (step['Rows Removed by Index Recheck'] ?? 0);
  return [
    ...below,
    { table, isSequential: step['Node Type'] === 'Seq Scan', rows: Math.round(read * step['Actual Loops']) },
  ];
}

/** Pages of the database that were read, from wherever. */
export const pagesRead = (step: Step): number => step['Shared Hit Blocks'] + step['Shared Read Blocks'];

/** Rows that came from tables, and entries of indexes that bitmaps were made of. */
export const entriesRead = (step: Step): number =>
  (step.Plans ?? []).reduce((all, below) => all + entriesRead(below), 0) +
  (step['Node Type'] === 'Bitmap Index Scan' ? Math.round(step['Actual Rows'] * step['Actual Loops']) : 0) +
  scansOf({ ...step, Plans: [] }).reduce((all, { table, rows }) => all + (table === 'check_in' ? rows : 0), 0);
