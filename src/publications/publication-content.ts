import { canonicalize } from 'json-canonicalize';
import { createHash } from 'node:crypto';
import type { ActionPlanRow } from '../action-plans/action-plans.queries.js';
import { addDays } from '../action-plans/reporting-calendar.js';
import type { ReportingPeriodRow } from '../action-plans/reporting-periods.queries.js';
import type { Language, LocalizedText } from '../platform/i18n/text.js';
import { LICENCE, type Cell, type Cells, type ColumnHead } from './progress-column.js';
import type { AllRows } from './progress.queries.js';
import type { TableHead } from './progress-table.js';
import { cellsOf, TABLE_NAMES, TABLES } from './progress-tables.js';

/** A cell, or what it says in each language where that differs. */
export type PublishedCell = Cell | Readonly<Record<Language, Cell>>;
export type PublishedRow = Readonly<Record<string, PublishedCell>>;

/** A table with the description that its columns had, so that later versions of this service read it alike. */
export interface PublishedTable extends TableHead {
  readonly rows: readonly PublishedRow[];
}

export const FORMAT = 'mithaq-publication/1';

/** What is published of a period: everything that its files are made of. */
export interface PublicationContent {
  readonly format: typeof FORMAT;
  readonly licence: typeof LICENCE;
  readonly plan: {
    readonly key: string;
    readonly title: LocalizedText;
    readonly language: Language;
    readonly timeZone: string;
    readonly sources: readonly string[];
  };
  readonly period: {
    readonly key: string;
    readonly startDate: string;
    readonly endDate: string;
    readonly dueDate: string;
  };
  readonly tables: readonly PublishedTable[];
}

/** How many of the check-ins that were owed had come how far. */
export interface PublishedReports {
  readonly expected: number;
  readonly received: number;
  readonly late: number;
  readonly verified: number;
  readonly published: number;
  /** Received and neither verified nor published: claims that nobody has looked at. */
  readonly onlyClaimed: number;
}

export function contentOf(plan: ActionPlanRow, period: ReportingPeriodRow, all: AllRows): PublicationContent {
  const languages = languagesIn(plan, all);
  return {
    format: FORMAT,
    licence: LICENCE,
    plan: {
      key: plan.key,
      title: plan.title,
      language: plan.language,
      timeZone: plan.timeZone,
      sources: plan.sources,
    },
    period: {
      key: period.key,
      startDate: period.startsOn,
      endDate: addDays(period.endsBefore, -1),
      dueDate: period.dueOn,
    },
    tables: TABLE_NAMES.map((name) => {
      const { meaning, key, columns } = TABLES[name];
      const heads = columns.map(headOf);
      const rows = all[name].map((row) => {
        // Addresses of files are kept without the host, which may move within five years.
        const spoken = languages.map((language) => cellsOf(name, row, { language, own: plan.language, publicUrl: '' }));
        return publishedRow(heads, languages, spoken);
      });
      return { name, meaning, key, columns: heads, rows };
    }),
  };
}

export function reportsOf({ progress }: AllRows): PublishedReports {
  const sum = (of: 'expected' | 'received' | 'late' | 'verified' | 'published') =>
    progress.reduce((total, row) => total + row[of], 0);
  const [received, verified] = [sum('received'), sum('verified')];
  return {
    expected: sum('expected'),
    received,
    late: sum('late'),
    verified,
    published: sum('published'),
    onlyClaimed: received - verified,
  };
}

/** The one way to write it down (RFC 8785), so that its hash can be found again with any other program. */
export const canonicalBytes = (content: PublicationContent): Buffer => Buffer.from(canonicalize(content));

export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What a published row says in a language: in the plan's own where it says nothing in that one. */
export function publishedCells({ columns }: TableHead, row: PublishedRow, language: Language, own: Language): Cells {
  return columns.map(({ name }) => {
    const cell = row[name] ?? null;
    if (cell === null || typeof cell !== 'object') return cell;
    return cell[language] ?? cell[language.split('-')[0] ?? ''] ?? cell[own] ?? null;
  });
}

const headOf = ({ name, type, source, meaning, unit, codes }: ColumnHead): ColumnHead => ({
  name,
  type,
  source,
  meaning,
  ...(unit ? { unit } : {}),
  ...(codes ? { codes } : {}),
});

function publishedRow(
  heads: readonly ColumnHead[],
  languages: readonly Language[],
  spoken: readonly Cells[],
): PublishedRow {
  return Object.fromEntries(
    heads.map(({ name }, at) => {
      const [first = null, ...others] = spoken.map((cells) => cells[at] ?? null);
      const differs = others.some((cell) => cell !== first);
      return [
        name,
        differs ? Object.fromEntries(languages.map((language, l) => [language, spoken[l]?.[at] ?? null])) : first,
      ];
    }),
  );
}

/** Every language that something in it is written in. */
function languagesIn(plan: ActionPlanRow, { progress, milestones, institutions }: AllRows): Language[] {
  const texts = [
    plan.title,
    ...progress.map(({ title }) => title),
    ...milestones.map(({ title }) => title),
    ...institutions.map(({ name }) => name),
  ];
  return [...new Set([plan.language, ...texts.flatMap((text) => Object.keys(text))])].sort();
}
