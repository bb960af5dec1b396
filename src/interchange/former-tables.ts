import sql, { type Sql } from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import { lookingBack } from '../platform/database/as-of.js';
import { rows } from '../platform/database/rows.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import type { Cells, InLanguage } from '../publications/progress-column.js';
import type { ProgressScope } from '../publications/progress-statements.js';
import type { AllRows, ProgressQueries } from '../publications/progress.queries.js';
import { cellsOf, TABLE_NAMES, TABLES, type TableName, type TableRows } from '../publications/progress-tables.js';
import { changeOfState } from '../publications/workbook-stamp.js';
import { EDITABLE } from './editable-columns.js';
import { isSame } from './same-cell.js';
import type { GivenTables, KnownTable } from './table-sheets.js';
import { WrittenTable } from './written-table.js';

/** What changes the facts that a table of progress may edit. */
const CHANGING = ['plan.imported', 'milestone.rescheduled'];
/** A file that does not say when it was written is compared with so many states of the plan. */
const MOST_STATES = 25;

const ofPlan = (planId: string): Sql =>
  // Plans of one member share its institutions.
  sql`e.action = any(${CHANGING}::text[])
    and e.plan_id in (select o.id from action_plan o join action_plan p on p.member_id = o.member_id where p.id = ${planId})`;

/**
 * The instant at which the plan was as it is in a file that knows of the changes up to the number; null when nothing that a
 * table may edit has changed since. A change may have begun before that instant and be recorded after the file was
 * written: then it is the last one before that change, so that what the file does not know is not taken for known.
 */
async function instantOfChange(tx: EntityManager, planId: string, number: number): Promise<Date | null> {
  const [found] = await rows<{ at: Date }>(
    tx,
    sql`select least((select at from audit_entry where number = ${number}), min(e.at) - interval '1 millisecond') as at
          from audit_entry e where e.number > ${number} and ${ofPlan(planId)} having count(*) > 0`,
  );
  return found?.at ?? null;
}

/** The last instants of the states that the plan was in before its changes, the newest first. */
async function formerInstants(tx: EntityManager, planId: string): Promise<Date[]> {
  const found = await rows<{ at: Date }>(
    tx,
    sql`select max(e.at) - interval '1 millisecond' as at from audit_entry e where ${ofPlan(planId)}
         group by e.at order by e.at desc limit ${MOST_STATES}`,
  );
  return found.map(({ at }) => at);
}

/** The tables of progress as they are written in one language. */
export type TablesInWords = Readonly<Partial<Record<TableName, readonly Cells[]>>>;

/** What a plan said when a file of it was written. */
export interface FormerTables {
  readonly tables: TablesInWords;
  /** What institutions were called, by their keys. */
  readonly names: ReadonlyMap<string, LocalizedText>;
}

/** What may be edited is not of a period: one row of a commitment tells it. */
const NO_PERIOD = { id: '00000000-0000-0000-0000-000000000000', startsOn: '1900-01-01', endsBefore: '2200-01-01' };

/** Reads what a plan said when a file of it was written: by what the file says of that, else by what stands in it. */
export class FormerTablesReader {
  constructor(
    private readonly progress: ProgressQueries,
    private readonly tx: EntityManager,
    private readonly scope: ProgressScope,
    private readonly wanted: InLanguage,
  ) {}

  /** Null when nothing that may be edited has changed since. */
  async of({ stamp, tables }: GivenTables, now: TablesInWords): Promise<FormerTables | null> {
    const editable = tables.filter(({ name }) => Object.keys(EDITABLE[name]).length > 0);
    if (!stamp) return this.likeliest(editable, now);
    const at = await instantOfChange(this.tx, this.scope.planId, changeOfState(stamp.state));
    return at && this.at(at, TABLE_NAMES);
  }

  /** The newest of the states that more cells of the file agree with than with any later one. */
  private async likeliest(given: readonly KnownTable[], now: TablesInWords): Promise<FormerTables | null> {
    const total = agreeing(given, null);
    let [most, likeliest]: [number, FormerTables | null] = [agreeing(given, now), null];
    if (most === total) return null;
    for (const at of await formerInstants(this.tx, this.scope.planId)) {
      const former = await this.at(at, [...given.map(({ name }) => name), 'institutions']);
      const found = agreeing(given, former.tables);
      if (found > most) [most, likeliest] = [found, former];
      if (most === total) break;
    }
    return likeliest;
  }

  private async at(at: Date, names: readonly TableName[]): Promise<FormerTables> {
    const scope = { ...this.scope, now: at, asOf: at, period: NO_PERIOD };
    const found = await lookingBack(this.tx, at, () => this.progress.all(this.tx, scope, [...new Set(names)]));
    return {
      tables: inWords(found, this.wanted),
      names: new Map(found.institutions.map(({ key, name }) => [key, name])),
    };
  }
}

export const inWords = (found: Partial<AllRows>, wanted: InLanguage): TablesInWords =>
  Object.fromEntries(TABLE_NAMES.flatMap((name) => (found[name] ? [[name, written(name, found[name], wanted)]] : [])));

const written = <Name extends TableName>(name: Name, found: ReadonlyArray<TableRows[Name]>, wanted: InLanguage) =>
  found.map((row) => cellsOf(name, row, wanted));

/** How many cells that may be edited say what stands in the tables; how many there are, for null. */
function agreeing(given: readonly KnownTable[], tables: TablesInWords | null): number {
  const counts = given.map(({ name, given: sheet }) => {
    const { columns, key } = TABLES[name];
    const table = new WrittenTable(columns, key, sheet, { now: tables?.[name] ?? [], then: null });
    const edited = [...columns.entries()].filter(([, column]) => EDITABLE[name][column.name] && table.has(column.name));
    if (!tables) return sheet.rows.length * edited.length;
    return sheet.rows.flatMap((row) => {
      const found = table.nowAbout(row);
      return edited.filter(([at, { name: column, type }]) =>
        found.some((cells) => isSame(type, cells[at] ?? null, table.cell(row, column), table.daysAdded)),
      );
    }).length;
  });
  return counts.reduce((sum, count) => sum + count, 0);
}
