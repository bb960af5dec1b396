import { addDays, type Day } from '../action-plans/reporting-calendar.js';
import type { Language, LocalizedText } from '../platform/i18n/text.js';
import { LICENCE } from '../publications/progress-column.js';
import { TABLE_NAMES } from '../publications/progress-tables.js';

/** What a catalogue is told about a plan, or about one version of what was published of it. */
export interface Dataset {
  /** Its address, which names it too. */
  readonly id: string;
  /** In the reader's language, for schema.org. */
  readonly name: string;
  readonly description: string;
  /** In every language that there is, for DCAT. */
  readonly titles: LocalizedText;
  readonly languages: readonly Language[];
  readonly keywords: readonly string[];
  readonly publisher: Publisher;
  readonly from: Day | null;
  readonly until: Day | null;
  readonly issued: string | null;
  readonly modified: string;
  /** Below which address its progress files are. */
  readonly files: string;
  readonly landingPage: string;
  readonly catalogue: string;
  /** Only of a version: what it is a version of, and the hash of its content. */
  readonly version?: { readonly number: number; readonly of: string; readonly sha256: string };
}

export interface Publisher {
  readonly id: string;
  readonly name: string;
  readonly names: LocalizedText;
  readonly country: string;
  readonly website: string | null;
}

/** Names of schema.org stand alone, those of other vocabularies behind a prefix: nothing has to be fetched to read it. */
export const CONTEXT = {
  '@vocab': 'https://schema.org/',
  dcat: 'http://www.w3.org/ns/dcat#',
  dct: 'http://purl.org/dc/terms/',
  foaf: 'http://xmlns.com/foaf/0.1/',
  spdx: 'http://spdx.org/rdf/terms#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
} as const;

const MEDIA_TYPES = 'https://www.iana.org/assignments/media-types/';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const licence = { license: LICENCE.path, 'dct:license': { '@id': LICENCE.path } };

/** The same facts in both vocabularies that catalogues harvest: schema.org and DCAT 3. */
export function datasetNode(set: Dataset): object {
  const { version } = set;
  return {
    '@id': set.id,
    '@type': ['Dataset', 'dcat:Dataset'],
    identifier: set.id,
    'dct:identifier': set.id,
    name: set.name,
    'dct:title': inLanguages(set.titles),
    description: set.description,
    'dct:description': set.description,
    url: set.landingPage,
    'dcat:landingPage': { '@id': set.landingPage },
    ...licence,
    isAccessibleForFree: true,
    keywords: set.keywords,
    'dcat:keyword': set.keywords,
    inLanguage: set.languages,
    'dct:language': set.languages,
    ...coverage(set),
    publisher: publisherNode(set.publisher),
    'dct:publisher': { '@id': set.publisher.id },
    ...(set.issued ? { datePublished: set.issued, 'dct:issued': typed('date', set.issued.slice(0, 10)) } : {}),
    dateModified: set.modified,
    'dct:modified': typed('dateTime', set.modified),
    includedInDataCatalog: { '@id': set.catalogue },
    ...(version
      ? {
          version: `${version.number}`,
          'dcat:version': `${version.number}`,
          'dcat:isVersionOf': { '@id': version.of },
          isBasedOn: { '@id': version.of },
        }
      : {}),
    ...distributions(set),
  };
}

function coverage({ from, until, publisher }: Dataset): object {
  const place = {
    '@type': ['Place', 'dct:Location'],
    name: publisher.name,
    address: { '@type': 'PostalAddress', addressCountry: publisher.country },
  };
  return {
    spatialCoverage: place,
    'dct:spatial': { '@type': 'dct:Location', 'dct:title': inLanguages(publisher.names) },
    // An end that is not known is written as two points (ISO 8601-2).
    ...(from || until ? { temporalCoverage: `${from ?? '..'}/${until ?? '..'}` } : {}),
    ...(from || until
      ? {
          'dct:temporal': {
            '@type': 'dct:PeriodOfTime',
            ...(from ? { 'dcat:startDate': typed('date', from) } : {}),
            ...(until ? { 'dcat:endDate': typed('date', until) } : {}),
          },
        }
      : {}),
  };
}

const publisherNode = ({ id, name, names, website }: Publisher): object => ({
  '@id': id,
  '@type': ['GovernmentOrganization', 'foaf:Organization'],
  name,
  'foaf:name': inLanguages(names),
  ...(website ? { url: website, 'foaf:homepage': { '@id': website } } : {}),
});

function distributions({ id, files, version }: Dataset): object {
  const of = (path: string, type: string, name: string, more: object = {}): object => ({
    '@id': path,
    '@type': ['DataDownload', 'dcat:Distribution'],
    name,
    'dct:title': name,
    contentUrl: path,
    encodingFormat: type,
    'dcat:downloadURL': { '@id': path },
    'dcat:accessURL': { '@id': path },
    'dcat:mediaType': { '@id': `${MEDIA_TYPES}${type}` },
    ...licence,
    ...more,
  });
  const all = [
    ...TABLE_NAMES.map((table) => of(`${files}/progress.csv?table=${table}`, 'text/csv', `${table}.csv`)),
    of(`${files}/progress.json`, 'application/json', 'progress.json'),
    of(`${files}/progress.ndjson`, 'application/x-ndjson', 'progress.ndjson'),
    of(`${files}/progress.xlsx`, XLSX, 'progress.xlsx'),
    ...(version ? [of(id, 'application/json', 'content.json', hashed(version.sha256))] : []),
  ];
  return { distribution: all, 'dcat:distribution': all.map((one) => ({ '@id': (one as { '@id': string })['@id'] })) };
}

const hashed = (sha256: string): object => ({
  sha256,
  'spdx:checksum': {
    '@type': 'spdx:Checksum',
    'spdx:algorithm': { '@id': 'spdx:checksumAlgorithm_sha256' },
    'spdx:checksumValue': typed('hexBinary', sha256),
  },
});

const inLanguages = (text: LocalizedText): object[] =>
  Object.entries(text).map(([language, { text: value }]) => ({ '@value': value, '@language': language }));

const typed = (type: string, value: string): object => ({ '@value': value, '@type': `xsd:${type}` });

/** Periods end before a day; what they cover ends with the day before. */
export const lastDayOf = (endsBefore: Day): Day => addDays(endsBefore, -1);
