import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import { ReportingPeriodsQueries } from '../action-plans/reporting-periods.queries.js';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { PeriodNotFound } from '../action-plans/action-plan.errors.js';
import { assertMay, assertMayAnywhere } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Clock } from '../platform/clock.js';
import { Settings } from '../platform/config/settings.js';
import { rows } from '../platform/database/rows.js';
import { FileEmpty } from '../platform/files/file.errors.js';
import { isZip } from '../platform/files/zip-directory.js';
import type { Language } from '../platform/i18n/text.js';
import type { InLanguage } from '../publications/progress-column.js';
import { languageWanted, tableWanted } from '../publications/progress-files.js';
import type { ProgressScope } from '../publications/progress-statements.js';
import { ProgressQueries } from '../publications/progress.queries.js';
import { FormerTablesReader } from './former-tables.js';
import { sheetsOf, type TableFile } from './given-file.js';
import { plain } from './given-sheet.js';
import { PlanDraft } from './plan-draft.js';
import type { Problem } from './plan-file.problems.js';
import { PlanImportService, type CurrentPlan, type ImportReport } from './plan-import.service.js';
import { refuseCells } from './refused-cells.js';
import { TableEdits } from './table-edits.js';
import {
  FileInAnotherLanguage,
  FileOfAnotherPlan,
  PlanUnclear,
  PublishedFileSent,
  type TableProblem,
} from './table-import.errors.js';
import { tableOfCsv, tablesOf, type GivenTables } from './table-sheets.js';
import { inWords } from './tables-in-words.js';

/** What the sender says beside the file. What was asked of the export is asked of the import. */
export interface TableImportOptions {
  readonly plan?: string | undefined;
  readonly table?: string | undefined;
  readonly language?: string | undefined;
  readonly period?: string | undefined;
  /** Why due dates move. */
  readonly reason?: string | undefined;
  /** Of a CSV file that is not Unicode. */
  readonly encoding?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

export interface TableImportReport extends ImportReport {
  readonly language: Language;
  /** What was passed over, left as it is or understood in some way, and where. */
  readonly notes: readonly TableProblem[];
}

/** Takes back the tables of progress that somebody edited in a spreadsheet: what they changed of the plan, and no more. */
@Injectable()
export class TableImportService {
  constructor(
    private readonly imports: PlanImportService,
    private readonly progress: ProgressQueries,
    private readonly plans: ActionPlansQueries,
    private readonly periods: ReportingPeriodsQueries,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** What a door asks before it takes a file. @throws PlanNotFound, SignInFirst or NotAllowed */
  async assertMayImport(viewer: Viewer, plan: string): Promise<void> {
    assertMayAnywhere(viewer, 'planImport');
    assertMay(viewer, 'planImport', { planId: (await this.plans.byKey(plan)).id });
  }

  /** @throws TablesRefused with everything that is wrong, and what says that the file cannot be read at all */
  async import(
    viewer: Viewer,
    file: TableFile,
    options: TableImportOptions = {},
    accepted: readonly Language[] = [],
  ): Promise<TableImportReport> {
    assertMayAnywhere(viewer, 'planImport');
    const given = await tablesIn(file, options);
    const plan = await this.plans.byKey(planOf(given, options.plan));
    assertMay(viewer, 'planImport', { planId: plan.id });
    if (given.isPublished)
      throw new PublishedFileSent({ url: `${this.settings.PUBLIC_URL}/api/v1/plans/${plan.key}/progress.xlsx` });
    const language = languageOf(given, options.language, accepted, plan.language);
    const period = await this.periodOf(plan.id, options.period, given.stamp?.period ?? null);
    const scope = { planId: plan.id, now: this.clock.now(), asOf: null, period };
    const wanted = { language, own: plan.language, publicUrl: this.settings.PUBLIC_URL };
    const notes: TableProblem[] = [];
    const report = await this.imports.edit(viewer, plan.key, { dryRun: options.dryRun ?? false }, async (current) => {
      const edits = await this.edits(current, given, scope, wanted, options.reason);
      notes.push(...given.notes, ...edits.notes);
      const check = (problems: readonly Problem[]): void => refuseCells(edits.draft, problems, edits.problems);
      return { file: edits.draft.file, reasons: edits.reasons, check };
    });
    return { ...report, language, notes };
  }

  /** One that the sender names has to be there; one that the file was exported with may be gone since. */
  private async periodOf(planId: string, named: string | undefined, ofFile: string | null) {
    if (named !== undefined) return this.periods.byKey(planId, named);
    const found = ofFile === null ? null : this.periods.byKey(planId, ofFile);
    return (
      found?.catch((error: unknown) => {
        if (error instanceof PeriodNotFound) return null;
        throw error;
      }) ?? null
    );
  }

  private async edits(
    current: CurrentPlan,
    given: GivenTables,
    scope: ProgressScope,
    wanted: InLanguage,
    reason: string | undefined,
  ): Promise<TableEdits> {
    const { tx, filed, file } = current;
    const { stamp, tables } = given;
    return asThePublicSees(tx, async () => {
      const all = await this.progress.all(
        tx,
        scope,
        tables.map(({ name }) => name),
      );
      const now = inWords(all, wanted);
      const former = await new FormerTablesReader(this.progress, tx, scope, wanted).of(given, now);
      const edits = new TableEdits(new PlanDraft(structuredClone(file)), {
        language: wanted.language,
        own: wanted.own,
        isDated: stamp !== null,
        isStale: stamp ? stamp.state !== (await this.progress.stamp(scope, tx)) : former !== null,
        namesThen: former?.names ?? new Map(),
        earlierDueDates: filed.earlierDueDates,
        reason: plain(reason ?? '') || null,
      });
      for (const { name, given: table } of tables)
        edits.take(name, table, { now: now[name] ?? [], then: former && (former.tables[name] ?? []) });
      return edits;
    });
  }
}

async function tablesIn(file: TableFile, options: TableImportOptions): Promise<GivenTables> {
  const sheets = await sheetsOf(file, options.encoding);
  if (isZip(file.content)) return tablesOf(sheets);
  const table = options.table === undefined ? undefined : tableWanted(options.table);
  const [sheet] = sheets;
  if (!sheet) throw new FileEmpty();
  return tableOfCsv(sheet, table);
}

/** The plan that was named, else the one that the file names. @throws PlanUnclear or FileOfAnotherPlan */
function planOf({ stamp, tables }: GivenTables, named: string | undefined): string {
  if (named !== undefined && stamp && stamp.plan !== named) throw new FileOfAnotherPlan({ plan: stamp.plan });
  const progress = tables.find(({ name }) => name === 'progress')?.given;
  const column = progress?.columns.get('Plan');
  const [first] = progress?.rows ?? [];
  const inRow = column === undefined || first === undefined ? null : progress?.sheet.rows[first]?.[column]?.value;
  const key = named ?? stamp?.plan ?? (typeof inRow === 'string' ? inRow.trim() : undefined);
  if (!key) throw new PlanUnclear({}, 'plan');
  return key;
}

/** @throws LanguageNotTag or FileInAnotherLanguage */
function languageOf(
  { stamp }: GivenTables,
  named: string | undefined,
  accepted: readonly Language[],
  own: Language,
): Language {
  if (!stamp) return languageWanted(named, accepted, own);
  if (named !== undefined && named !== stamp.language)
    throw new FileInAnotherLanguage({ file: stamp.language, given: named }, 'language');
  return stamp.language;
}

/** The files show what everybody sees, whoever imports them. */
async function asThePublicSees<T>(tx: EntityManager, read: () => Promise<T>): Promise<T> {
  const sight = async (to: string) => rows(tx, sql`select set_config('mithaq.sight', ${to}, true)`);
  const [before] = await rows<{ sight: string }>(tx, sql`select current_setting('mithaq.sight', true) as sight`);
  await sight('');
  const found = await read();
  await sight(before?.sight ?? '');
  return found;
}
