import sql from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import { lookingBack } from '../platform/database/as-of.js';
import { rows } from '../platform/database/rows.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import type { InLanguage } from '../publications/progress-column.js';
import type { ProgressScope } from '../publications/progress-statements.js';
import type { ProgressQueries } from '../publications/progress.queries.js';
import { TABLE_NAMES, type TableName } from '../publications/progress-tables.js';
import { changeOfState } from '../publications/workbook-stamp.js';
import { disagreeing, touches } from './disagreeing-cells.js';
import { EDITABLE } from './editable-columns.js';
import type { GivenTables, KnownTable } from './table-sheets.js';
import { inWords, type TablesInWords } from './tables-in-words.js';

/** What a plan said when a file of it was written. */
export interface FormerTables {
  readonly tables: TablesInWords;
  /** What institutions were called, by their keys. */
  readonly names: ReadonlyMap<string, LocalizedText>;
}

/** Something that changed what a table of progress may edit: the last instant before it, and the places of the plan file. */
interface PlanEdit {
  readonly at: Date;
  readonly places: readonly string[];
}

/** A file that does not say when it was written is compared with so many states of the plan, of so many that it was in. */
const MOST_STATES = 25;
const MOST_EDITS = 500;

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

  /** Null when nothing has changed since. */
  async of({ stamp, tables }: GivenTables, now: TablesInWords): Promise<FormerTables | null> {
    if (!stamp)
      return this.likeliest(
        tables.filter(({ name }) => Object.keys(EDITABLE[name]).length > 0),
        now,
      );
    const at = await this.instantOf(changeOfState(stamp.state));
    return at && this.at(at, TABLE_NAMES);
  }

  /**
   * The instant at which the plan was as a file that knows of the changes up to the number has it; null when nothing was
   * recorded of it since. A change may have begun before that instant and be recorded after the file was
   * written: then it is the last one before that change, so that what the file does not know is not taken for known.
   */
  private async instantOf(number: number): Promise<Date | null> {
    const [found] = await rows<{ at: Date }>(
      this.tx,
      sql`select least((select at from audit_entry where number = ${number}), min(e.at) - interval '1 millisecond') as at
            from audit_entry e where e.number > ${number} and ${this.ofPlan} having count(*) > 0`,
    );
    return found?.at ?? null;
  }

  /** The newest of the states that fewer cells of the file disagree with than with any later one. */
  private async likeliest(given: readonly KnownTable[], now: TablesInWords): Promise<FormerTables | null> {
    const differing = disagreeing(given, now);
    let [fewest, likeliest]: [number, FormerTables | null] = [differing.length, null];
    if (fewest === 0) return null;
    const edits = (await this.edits()).filter(({ places }) => differing.some((cell) => touches(places, cell)));
    for (const { at } of edits.slice(0, MOST_STATES)) {
      const former = await this.at(at, [...given.map(({ name }) => name), 'institutions']);
      const found = disagreeing(given, former.tables).length;
      if (found < fewest) [fewest, likeliest] = [found, former];
      if (fewest === 0) break;
    }
    return likeliest;
  }

  /** The newest first, with the places that the record names; where it names some of very many, any may be meant. */
  private edits(): Promise<PlanEdit[]> {
    return rows(
      this.tx,
      sql`select e.at - interval '1 millisecond' as at,
                 case when e.action = 'milestone.rescheduled' then array[coalesce('$.commitments[number=' || c.number || '].milestones[number=' || m.number || '].dueOn', '$')]
                      when (e.difference->'after'->>'count')::int > jsonb_array_length(e.difference->'after'->'changes') then array['$']
                      else array(select l->>'path' from jsonb_array_elements(e.difference->'after'->'changes') l) end as places
            from audit_entry e
            left join milestone m on m.id = e.subject_id and e.action = 'milestone.rescheduled'
            left join commitment c on c.id = m.commitment_id
           where ${this.editing} order by e.number desc limit ${MOST_EDITS}`,
    );
  }

  /** Entries of what changes the facts that a table may edit. */
  private get editing() {
    return sql`e.action in ('plan.imported', 'milestone.rescheduled') and ${this.ofPlan}`;
  }

  /** Plans of one member share its institutions. */
  private get ofPlan() {
    return sql`e.plan_id in (select o.id from action_plan o join action_plan p on p.member_id = o.member_id where p.id = ${this.scope.planId})`;
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
