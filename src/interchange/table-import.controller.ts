import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GraphQLBoolean } from 'graphql';
import type { Viewer } from '../platform/access/viewer.js';
import { readForm } from '../platform/files/form-upload.js';
import { languagesOf } from '../platform/http/languages.js';
import { RequestViewer } from '../platform/http/viewers.js';
import { Messages } from '../platform/i18n/messages.js';
import type { Language } from '../platform/i18n/text.js';
import { QueryReader, type Query } from '../platform/rest/query-parameters.js';
import { LARGEST_TABLE_FILE } from './plan-file.limits.js';
import type { Refusal } from './table-import.errors.js';
import { TableImportService, type TableImportOptions, type TableImportReport } from './table-import.service.js';

/** An answer names so many of the changes and of the notes, and counts the rest. */
const SHOWN = 200;

@Controller('api/v1/plans/:plan')
export class TableImportController {
  constructor(
    private readonly imports: TableImportService,
    private readonly messages: Messages,
  ) {}

  /** Takes an edited progress file back: a form with `file`. Nothing of it is read before it is known who sends it. */
  @Post('import')
  @HttpCode(200)
  async import(@Param('plan') plan: string, @Req() request: FastifyRequest, @RequestViewer() viewer: Viewer) {
    const options = optionsOf(request);
    await this.imports.assertMayImport(viewer, plan);
    const file = await readForm(request, { largest: LARGEST_TABLE_FILE, mostFields: 0 });
    const languages = languagesOf(request);
    const report = await this.imports.import(viewer, file, { ...options, plan }, languages);
    return this.answer(report, this.messages.languageFor(languages));
  }

  private answer(report: TableImportReport, language: Language): object {
    const { plan, dryRun, changes, notes, kept, consequences } = report;
    return {
      plan,
      dryRun,
      language: report.language,
      changeCount: changes.length,
      changes: changes
        .slice(0, SHOWN)
        .map(({ path, before = null, after = null }) => ({ path, before: asJson(before), after: asJson(after) })),
      notes: [
        ...consequences.map(({ path, ...said }) => ({ field: path, message: this.said(language, said) })),
        ...notes.map(({ place, ...said }) => ({ ...place, message: this.said(language, said) })),
        ...kept.map(({ path, ...said }) => ({ field: path, message: this.said(language, said) })),
      ].slice(0, SHOWN),
    };
  }

  private said(language: Language, { key, args }: Refusal): string {
    return this.messages.say(language, key, args);
  }
}

const asJson = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

function optionsOf(request: FastifyRequest): TableImportOptions {
  const reader = new QueryReader(request.query as Query);
  const names = ['table', 'language', 'period', 'reason', 'encoding'] as const;
  const options = Object.fromEntries(names.map((name) => [name, reader.text(name) || undefined]));
  const dryRun = reader.parameter({ name: 'dryRun', type: GraphQLBoolean, description: '', goesTo: 'variable' });
  reader.done();
  return { ...options, dryRun: dryRun === true };
}
