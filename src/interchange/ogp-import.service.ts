import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { assertMayAnywhere } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { rows } from '../platform/database/rows.js';
import { sheetsOf, type TableFile } from './given-file.js';
import { OgpFactsMissing, OgpPlanExists, OgpPlanUnclear, OgpTableNotFound } from './ogp-import.errors.js';
import { OgpTable, type OgpPlan } from './ogp-table.js';
import type { FileInstitution, PlanFile } from './plan-file.js';
import { PlanFileRefused } from './plan-import.errors.js';
import { PlanImportService, type ImportReport } from './plan-import.service.js';
import { refuseCells } from './refused-cells.js';
import type { TableProblem } from './table-import.errors.js';

/** What OGP's table does not say, or says for many plans. */
export interface OgpImportOptions {
  readonly member: string;
  readonly plan?: string | undefined;
  readonly country?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly language?: string | undefined;
  readonly locality?: string | undefined;
  readonly year?: number | undefined;
  readonly encoding?: string | undefined;
  readonly dryRun?: boolean | undefined;
}

export interface OgpImportReport extends ImportReport {
  readonly file: PlanFile;
  readonly notes: readonly TableProblem[];
}

interface KnownMember {
  readonly member: PlanFile['member'];
  readonly institutions: readonly FileInstitution[];
  readonly timeZone: string | null;
}

/** Begins a plan with what OGP's own table of commitments says of it. */
@Injectable()
export class OgpImportService {
  constructor(
    private readonly db: DataSource,
    private readonly imports: PlanImportService,
  ) {}

  /** Makes a plan file of the table and imports that. @throws what says which facts the table lacks; TablesRefused */
  async import(viewer: Viewer, given: TableFile, options: OgpImportOptions): Promise<OgpImportReport> {
    assertMayAnywhere(viewer, 'planImport');
    const sheet = (await sheetsOf(given, options.encoding)).find(OgpTable.isIn);
    if (!sheet) throw new OgpTableNotFound();
    const known = await this.known(options.member);
    const language = options.language ?? 'en';
    const table = new OgpTable(sheet, language, known?.institutions ?? []);
    const ogp = onePlan(table.plans(), options);
    const commitments = table.commitments(ogp);
    const file: PlanFile = {
      format: 'mithaq-plan/1',
      ...memberAndPlan(ogp, options, known, language),
      institutions: table.institutions.map(({ contacts: _contacts, ...institution }) => institution),
      commitments,
    };
    const [there] = await rows(this.db, sql`select from action_plan where key = ${file.plan.key}`);
    if (there) throw new OgpPlanExists({ plan: file.plan.key }, 'plan');
    const importing = this.imports.import(viewer, JSON.stringify(file), { dryRun: options.dryRun ?? false });
    const report = await importing.catch((error: unknown) => {
      if (error instanceof PlanFileRefused) refuseCells(table.draftOf(file), error.problems);
      throw error;
    });
    return { ...report, file, notes: table.notes };
  }

  private async known(key: string): Promise<KnownMember | null> {
    const [found] = await rows<KnownMember>(
      this.db,
      sql`select json_strip_nulls(json_build_object('key', m.key, 'name', m.name, 'kind', m.kind, 'country', m.country, 'website', m.website)) as member,
                 (select coalesce(json_agg(json_strip_nulls(json_build_object('key', i.key, 'name', i.name, 'kind', i.kind, 'website', i.website)) order by i.key), '[]')
                    from institution i where i.member_id = m.id) as institutions,
                 (select min(p.time_zone) from action_plan p where p.member_id = m.id) as "timeZone"
            from member m where m.key = ${key}`,
    );
    return found ?? null;
  }
}

/** @throws OgpPlanUnclear */
function onePlan(found: readonly OgpPlan[], { locality, year }: OgpImportOptions): OgpPlan {
  const fitting = found.filter(
    (plan) =>
      (locality === undefined || plan.locality.toLowerCase() === locality.toLowerCase()) &&
      (year === undefined || plan.year === year),
  );
  const [plan] = fitting;
  if (plan && fitting.length === 1) return plan;
  const named = (fitting.length > 0 ? fitting : found).slice(0, 20);
  throw new OgpPlanUnclear({ plans: named.map((one) => `${one.locality} (${one.year ?? '?'})`).join('; ') });
}

function memberAndPlan(
  { locality, year, planNumber }: OgpPlan,
  options: OgpImportOptions,
  known: KnownMember | null,
  language: string,
): Pick<PlanFile, 'member' | 'plan'> {
  // “Greater Salt, Jordan” is a place in a country; “Jordan” is the country.
  const parts = locality.split(/[,،]/).map((part) => part.trim());
  const country = known?.member.country ?? options.country ?? countryCalled(parts.at(-1) ?? '');
  const timeZone = options.timeZone ?? known?.timeZone ?? (country ? onlyZoneOf(country) : null);
  const missing = [
    ...(country ? [] : ['country']),
    ...(timeZone ? [] : ['time-zone']),
    ...(year === null && options.plan === undefined ? ['plan'] : []),
  ];
  if (!country || !timeZone || missing.length > 0) throw new OgpFactsMissing({ options: missing.join(', ') });
  const title = `Action plan${planNumber === null ? '' : ` ${planNumber}`} of ${locality || options.member}${year === null ? '' : ` (${year})`}`;
  return {
    member: known?.member ?? {
      key: options.member,
      name: { [language]: locality || options.member },
      kind: parts.length > 1 ? 'LOCAL' : 'NATIONAL',
      country,
    },
    plan: {
      key: options.plan ?? `${options.member}-${year}`,
      title: { en: { text: title, origin: 'RESTATED' } },
      language,
      timeZone,
    },
  };
}

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** The ISO 3166-1 code of a country by its English name. */
function countryCalled(name: string): string | null {
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const codes = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));
  return codes.find((code) => names.of(code)?.toLowerCase() === name.toLowerCase()) ?? null;
}

/** The time zone of a country that has one. */
function onlyZoneOf(country: string): string | null {
  const locale = new Intl.Locale('und', { region: country }) as Intl.Locale & {
    getTimeZones?: () => string[];
    timeZones?: string[];
  };
  const zones = locale.getTimeZones?.() ?? locale.timeZones ?? [];
  return zones.length === 1 ? (zones[0] ?? null) : null;
}
