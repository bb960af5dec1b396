import { Injectable } from '@nestjs/common';
import { ActionPlansQueries, type ActionPlanRow } from '../action-plans/action-plans.queries.js';
import { ReportingPeriodsQueries, type ReportingPeriodRow } from '../action-plans/reporting-periods.queries.js';
import { Clock } from '../platform/clock.js';
import { Settings } from '../platform/config/settings.js';
import { AsOfInFuture, storable } from '../platform/database/as-of.js';
import { LANGUAGE_PATTERN, type Language } from '../platform/i18n/text.js';
import { asThingsStood } from '../platform/logging/request-context.js';
import { instantIn, NotAnInstant } from '../platform/rest/instant.js';
import { csvFile } from './csv-file.js';
import { dataPackage } from './data-package.js';
import { FILE_FORMAT } from './file-format.js';
import { jsonFile, ndjsonFile, type JsonTable } from './json-file.js';
import { LICENCE, type Cells, type InLanguage } from './progress-column.js';
import { ProgressQueries, type ReadRows } from './progress.queries.js';
import type { ProgressScope } from './progress-statements.js';
import { cellsOf, isTableName, TABLE_NAMES, TABLES, type TableName } from './progress-tables.js';
import { LanguageNotTag, TableNotFound } from './publication.errors.js';
import { stampText } from './workbook-stamp.js';
import { xlsxFile } from './xlsx-file.js';

/** Which file is wanted, as the address says it. */
export interface FileQuery {
  readonly table?: string | undefined;
  readonly period?: string | undefined;
  readonly language?: string | undefined;
  readonly asOf?: string | undefined;
  /** `no`: a CSV file without a byte order mark. */
  readonly bom?: string | undefined;
}

/** The same, looked up. */
export interface WantedFile {
  readonly plan: ActionPlanRow;
  readonly period: ReportingPeriodRow | null;
  readonly table: TableName;
  readonly scope: ProgressScope;
  readonly wanted: InLanguage;
  /** Whether a CSV file begins with a byte order mark. */
  readonly hasMark: boolean;
}

/** @throws LanguageNotTag */
export function languageWanted(given: string | undefined, accepted: readonly Language[], own: Language): Language {
  if (given !== undefined && !new RegExp(LANGUAGE_PATTERN).test(given)) throw new LanguageNotTag({}, 'language');
  return given ?? accepted[0] ?? own;
}

/** @throws NotAnInstant or AsOfInFuture */
function asOfWanted(given: string | undefined, now: Date): Date | null {
  if (given === undefined) return null;
  const asOf = instantIn(given);
  if (!asOf) throw new NotAnInstant({}, 'asOf');
  if (asOf > now) throw new AsOfInFuture({}, 'asOf');
  return storable(asOf);
}

/** @throws TableNotFound */
export function tableWanted(given: string | undefined): TableName {
  const name = given ?? 'progress';
  if (!isTableName(name)) throw new TableNotFound({ table: name, tables: TABLE_NAMES.join(', ') }, 'table');
  return name;
}

/** The files of a plan as it stands now, written while they are read. */
@Injectable()
export class ProgressFiles {
  constructor(
    private readonly plans: ActionPlansQueries,
    private readonly periods: ReportingPeriodsQueries,
    private readonly queries: ProgressQueries,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** @throws PlanNotFound, PeriodNotFound, TableNotFound, LanguageNotTag, NotAnInstant, AsOfInFuture or AsOfBeforeBeginning */
  find(planKey: string, query: FileQuery, accepted: readonly Language[] = []): Promise<WantedFile> {
    const asOf = asOfWanted(query.asOf, this.clock.now());
    return asThingsStood(asOf, () => this.look(planKey, query, accepted, asOf));
  }

  private async look(
    planKey: string,
    query: FileQuery,
    accepted: readonly Language[],
    asOf: Date | null,
  ): Promise<WantedFile> {
    const plan = await this.plans.byKey(planKey);
    const period = query.period === undefined ? null : await this.periods.byKey(plan.id, query.period);
    const language = languageWanted(query.language, accepted, plan.language);
    return {
      plan,
      period,
      table: tableWanted(query.table),
      scope: { planId: plan.id, now: this.clock.now(), asOf, period },
      wanted: { language, own: plan.language, publicUrl: this.settings.PUBLIC_URL },
      hasMark: query.bom !== 'no',
    };
  }

  csv({ scope, table, wanted, hasMark }: WantedFile): AsyncIterable<Buffer> {
    return this.queries.reading(scope, (read) => csvFile(TABLES[table].columns, cells(read, table, wanted), hasMark));
  }

  ndjson({ scope, table, wanted }: WantedFile): AsyncIterable<string> {
    return this.queries.reading(scope, (read) => ndjsonFile(TABLES[table].columns, cells(read, table, wanted)));
  }

  json(file: WantedFile): AsyncIterable<string> {
    const { plan, period, scope, wanted } = file;
    const head = {
      licence: LICENCE,
      plan: plan.key,
      period: period?.key ?? null,
      language: wanted.language,
      asOf: scope.now.toISOString(),
    };
    return this.queries.reading(scope, (read) => jsonFile(head, allTables(read, wanted)));
  }

  xlsx({ plan, period, scope, wanted }: WantedFile): AsyncIterable<Uint8Array> {
    const { language } = wanted;
    return this.queries.reading(scope, async function* (read, stamp) {
      const text = stampText({ plan: plan.key, period: period?.key ?? null, language, state: await stamp() });
      yield* xlsxFile(allTables(read, wanted), language, text);
    });
  }

  dataPackage({ plan, period, wanted }: WantedFile, query: FileQuery): object {
    const { language, asOf } = query;
    const asked = new URLSearchParams({ ...(language ? { language } : {}), ...(asOf ? { asOf } : {}) });
    const subject = { plan, period: period?.key ?? null, query: asked.toString() };
    return dataPackage(subject, Object.values(TABLES), wanted);
  }

  /** Changes whenever the file would. */
  async tag(file: WantedFile, format: string): Promise<string> {
    const { plan, period, scope, table, wanted, hasMark } = file;
    const stamp = await asThingsStood(scope.asOf, () => this.queries.stamp(scope));
    const asked = [scope.asOf?.getTime() ?? '', plan.key, period?.key ?? '', table, format, wanted.language];
    return `W/"${[stamp, FILE_FORMAT, ...asked, ...(hasMark ? [] : ['bare'])].join('.')}"`;
  }
}

/** Every table with its rows, each read when its turn comes. */
const allTables = (read: ReadRows, wanted: InLanguage): JsonTable[] =>
  TABLE_NAMES.map((name) => ({ name, columns: TABLES[name].columns, rows: cells(read, name, wanted) }));

async function* cells(read: ReadRows, name: TableName, wanted: InLanguage): AsyncGenerator<Cells, void> {
  for await (const row of read(name)) yield cellsOf(name, row, wanted);
}
