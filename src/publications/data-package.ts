import type { LocalizedText } from '../platform/i18n/text.js';
import { COLUMN_SOURCES, inWords, LICENCE, type ColumnHead, type InLanguage } from './progress-column.js';
import type { TableHead } from './progress-table.js';

/** What the package is about, as far as it names itself. */
export interface PackageSubject {
  readonly plan: { readonly key: string; readonly title: LocalizedText; readonly sources: readonly string[] };
  readonly period: string | null;
  /** What is added to a file's address, such as `language=ar`. */
  readonly query: string;
  /** Only of what is published: where it is found for ever, and the hash of its content. */
  readonly published?: { readonly url: string; readonly version: number; readonly sha256: string };
}

/** A Frictionless Data Package (version 1, which readers of version 2 take too): every table and column, described. */
export function dataPackage(subject: PackageSubject, tables: readonly TableHead[], wanted: InLanguage): object {
  const { plan, period, published } = subject;
  return {
    profile: 'tabular-data-package',
    name: [plan.key, 'progress', ...(period ? [period.toLowerCase()] : [])].join('-'),
    title: [inWords(plan.title, wanted), period].filter(Boolean).join(', '),
    description:
      'Progress of an Open Government Partnership action plan: what was promised, claimed, verified and assessed. In CSV files a text that a spreadsheet would take for a formula has an apostrophe before it.',
    ...(published ? { id: published.url, version: `${published.version}`, publication: { ...published, period } } : {}),
    licenses: [LICENCE],
    ...(plan.sources.length > 0 ? { sources: plan.sources.map(sourceOf) } : {}),
    resources: tables.map((table) => ({
      profile: 'tabular-data-resource',
      name: table.name,
      path: addressOf(table.name, subject),
      description: table.meaning,
      format: 'csv',
      mediatype: 'text/csv',
      encoding: 'utf-8',
      schema: { fields: table.columns.map(fieldOf), missingValues: [''], primaryKey: table.key },
    })),
  };
}

const sourceOf = (source: string): object =>
  /^https?:\/\//.test(source) ? { title: source, path: source } : { title: source };

/** Without the byte order mark, which readers of packages take for a part of the first column's name. */
function addressOf(table: string, { period, published, query }: PackageSubject): string {
  const period_ = period && !published ? `period=${period}` : '';
  return `progress.csv?${[`table=${table}`, period_, query, 'bom=no'].filter(Boolean).join('&')}`;
}

const fieldOf = ({ name, type, meaning, source, unit, codes }: ColumnHead): object => ({
  name,
  type,
  description: meaning,
  source: COLUMN_SOURCES[source],
  ...(unit ? { unit } : {}),
  ...(codes
    ? {
        constraints: { enum: Object.keys(codes).map((code) => (type === 'integer' ? Number(code) : code)) },
        categories: Object.entries(codes).map(([value, label]) => ({
          value: type === 'integer' ? Number(value) : value,
          label,
        })),
      }
    : {}),
});
