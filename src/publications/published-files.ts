import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { Settings } from '../platform/config/settings.js';
import type { Language } from '../platform/i18n/text.js';
import { csvFile } from './csv-file.js';
import { dataPackage } from './data-package.js';
import { jsonFile, ndjsonFile, type JsonTable } from './json-file.js';
import { LICENCE, type Cells } from './progress-column.js';
import { languageWanted, tableWanted, type FileQuery } from './progress-files.js';
import type { TableName } from './progress-tables.js';
import { publishedCells, type PublicationContent, type PublishedTable } from './publication-content.js';
import { TableNotFound } from './publication.errors.js';
import { publicationUrl } from './publication.url.js';
import { PublicationsQueries, readContent, type PublicationRow } from './publications.queries.js';
import { xlsxFile } from './xlsx-file.js';

/** A file of a publication, looked up and not read yet. */
export interface PublishedFile {
  readonly publication: PublicationRow;
  readonly own: Language;
  readonly language: Language;
  readonly table: TableName;
  /** Whether a CSV file begins with a byte order mark. */
  readonly hasMark: boolean;
}

/** The files of what was published, made of its content and of nothing else. */
@Injectable()
export class PublishedFiles {
  constructor(
    private readonly plans: ActionPlansQueries,
    private readonly queries: PublicationsQueries,
    private readonly settings: Settings,
  ) {}

  /** @throws PlanNotFound, PublicationNotFound, TableNotFound or LanguageNotTag */
  async find(
    at: { readonly plan: string; readonly period: string; readonly version: string | null },
    query: FileQuery,
  ): Promise<PublishedFile> {
    const plan = await this.plans.byKey(at.plan);
    const publication = await this.queries.find(plan.id, at.period, at.version === null ? null : versionOf(at.version));
    // One address, one file for ever: what a browser would rather read is not asked.
    const language = languageWanted(query.language, [], plan.language);
    return {
      publication,
      own: plan.language,
      language,
      table: tableWanted(query.table),
      hasMark: query.bom !== 'no',
    };
  }

  bytes({ publication }: PublishedFile): Promise<Buffer> {
    return this.queries.contentOf(publication.id);
  }

  async *csv(file: PublishedFile): AsyncGenerator<Buffer, void> {
    const table = tableOf(await this.content(file), file.table);
    yield* csvFile(table.columns, cells(table, file), file.hasMark);
  }

  async *ndjson(file: PublishedFile): AsyncGenerator<string, void> {
    const table = tableOf(await this.content(file), file.table);
    yield* ndjsonFile(table.columns, cells(table, file));
  }

  async *json(file: PublishedFile): AsyncGenerator<string, void> {
    const { plan, period, tables } = await this.content(file);
    const { version, sha256, publishedAt } = file.publication;
    const head = {
      licence: LICENCE,
      plan: plan.key,
      period: period.key,
      language: file.language,
      publication: { version, sha256, publishedAt: publishedAt.toISOString() },
    };
    yield* jsonFile(head, allTables(tables, file));
  }

  async *xlsx(file: PublishedFile): AsyncGenerator<Uint8Array, void> {
    const { tables } = await this.content(file);
    yield* xlsxFile(allTables(tables, file), file.language);
  }

  async dataPackage(file: PublishedFile, query: FileQuery): Promise<object> {
    const { plan, tables } = await this.content(file);
    const { periodKey, version, sha256 } = file.publication;
    const url = publicationUrl(this.settings.PUBLIC_URL, file.publication);
    const language = query.language === undefined ? '' : `language=${query.language}`;
    const subject = { plan, period: periodKey, query: language, published: { url, version, sha256 } };
    return dataPackage(subject, tables, {
      language: file.language,
      own: file.own,
      publicUrl: this.settings.PUBLIC_URL,
    });
  }

  private async content(file: PublishedFile): Promise<PublicationContent> {
    return readContent(await this.bytes(file));
  }
}

const allTables = (tables: readonly PublishedTable[], file: PublishedFile): JsonTable[] =>
  tables.map((table) => ({ name: table.name, columns: table.columns, rows: cells(table, file) }));

function tableOf({ tables }: PublicationContent, name: TableName): PublishedTable {
  const table = tables.find((one) => one.name === name);
  if (!table) throw new TableNotFound({ table: name, tables: tables.map((one) => one.name).join(', ') }, 'table');
  return table;
}

const cells = (table: PublishedTable, { language, own }: PublishedFile): AsyncIterable<Cells> =>
  Readable.from(inOrder(table, language, own)) as AsyncIterable<Cells>;

function* inOrder(table: PublishedTable, language: Language, own: Language): Generator<Cells, void> {
  for (const row of table.rows) yield publishedCells(table, row, language, own);
}

const LARGEST_VERSION = 1_000_000;
/** A version that there cannot be is not found, as one that there is not. */
const versionOf = (text: string): number => {
  const version = /^[1-9]\d*$/.test(text) ? Number(text) : 0;
  return version > LARGEST_VERSION ? 0 : version;
};
