import { Command, Option } from 'commander';
import { stat, readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PlanImportService, type ImportReport } from '../interchange/plan-import.service.js';
import { LARGEST_PLAN_FILE } from '../interchange/plan-file.limits.js';
import { problemLine } from '../interchange/plan-file.problems.js';
import { Viewer } from '../platform/access/viewer.js';
import { Messages } from '../platform/i18n/messages.js';
import { ProgressFiles } from '../publications/progress-files.js';
import { COMMAND_LANGUAGE, complain, withApp } from './command-app.js';
import { instant } from './instant.js';

const SHOWN_CHANGES = 100;

export const planCommands = (): Command =>
  new Command('plan')
    .description('import and export whole plans')
    .addCommand(importCommand())
    .addCommand(exportCommand());

const importCommand = (): Command =>
  new Command('import')
    .description('take a plan from a file, or nothing of it; the same file twice changes nothing')
    .argument('<file>', 'a plan file; plans/plan-file.schema.json describes the format')
    .option('--dry-run', 'say what would change and change nothing')
    .action((path: string, options: { dryRun?: boolean }) =>
      withApp(async ({ app, say }) => {
        const content = await readPlanFile(path);
        const report = await app
          .get(PlanImportService)
          .import(Viewer.system('command'), content, { dryRun: options.dryRun ?? false });
        for (const line of reportLines(report, app.get(Messages))) say(line);
      }),
    );

interface ExportOptions {
  readonly format: 'json' | 'csv' | 'xlsx';
  readonly table: string;
  readonly language?: string;
  readonly asOf?: Date;
}

const exportCommand = (): Command =>
  new Command('export')
    .description('print a plan as a plan file, or its progress as a table or a workbook')
    .argument('<plan>', 'key of the plan')
    .addOption(
      new Option('--format <format>', 'json is the plan file; csv and xlsx are progress')
        .choices(['json', 'csv', 'xlsx'])
        .default('json'),
    )
    .option('--table <table>', 'which table of progress, for csv', 'progress')
    .option('--language <language>', 'language of the texts; else the plan’s own')
    .option('--as-of <instant>', 'progress as it stood, such as 2024-09-30T23:59:59+03:00', instant)
    .action((key: string, options: ExportOptions) =>
      withApp(async ({ app, say }) => {
        if (options.format === 'json')
          return say(JSON.stringify(await app.get(PlanImportService).export(key), null, 2));
        const files = app.get(ProgressFiles);
        const { table, language, asOf } = options;
        const file = await files.find(key, { table, language, asOf: asOf?.toISOString() });
        const content = options.format === 'csv' ? files.csv(file) : [await files.xlsx(file)];
        await pipeline(Readable.from(content), process.stdout, { end: false });
      }),
    );

async function readPlanFile(path: string): Promise<string> {
  const file = await stat(path).catch(() => null);
  if (!file?.isFile()) complain(`There is no file ${path}.`);
  if (file.size > LARGEST_PLAN_FILE)
    complain(
      `${path} has ${Math.ceil(file.size / 1024 / 1024)} MB; a plan file has at most ${LARGEST_PLAN_FILE / 1024 / 1024}.`,
    );
  return asText(await readFile(path)) ?? complain(`${path} is not UTF-8 text. Save it with that encoding.`);
}

/** Null where a program that guesses would put replacement characters into somebody's name. */
function asText(content: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return null;
  }
}

function reportLines(report: ImportReport, messages: Messages): string[] {
  const { changes, dryRun, isNew, plan } = report;
  const listed = changes
    .slice(0, SHOWN_CHANGES)
    .map(({ path, before, after }) => `  ${path}: ${shortly(before)} → ${shortly(after)}`);
  const outcome =
    changes.length === 0
      ? 'says what is stored already; nothing changed'
      : isNew
        ? dryRun
          ? 'would be imported as a new plan'
          : 'was imported as a new plan'
        : `${dryRun ? 'would change' : 'changed'} in ${changes.length} places`;
  return [
    `${plan} ${outcome}.`,
    ...(isNew ? [] : listed),
    ...(changes.length > SHOWN_CHANGES ? [`  … and ${changes.length - SHOWN_CHANGES} more`] : []),
    ...section(
      'Kept:',
      report.kept.map((kept) => problemLine(messages, COMMAND_LANGUAGE, kept)),
    ),
    ...section(
      'Gaps (accepted as they are):',
      report.gaps.map((gap) => problemLine(messages, COMMAND_LANGUAGE, gap)),
    ),
  ];
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length > 0 ? ['', title, ...lines.map((line) => `  ${line}`)] : [];

function shortly(value: unknown): string {
  if (value === undefined) return 'nothing';
  const json = JSON.stringify(value);
  return json.length > 100 ? `${json.slice(0, 97)}…` : json;
}
