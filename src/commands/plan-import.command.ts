import { Command, InvalidArgumentError, Option } from 'commander';
import { readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { OgpImportService, type OgpImportOptions } from '../interchange/ogp-import.service.js';
import { LARGEST_PLAN_FILE, LARGEST_TABLE_FILE } from '../interchange/plan-file.limits.js';
import { PlanImportService } from '../interchange/plan-import.service.js';
import { TableImportService, type TableImportOptions } from '../interchange/table-import.service.js';
import { Viewer } from '../platform/access/viewer.js';
import { Messages } from '../platform/i18n/messages.js';
import { complain, withApp, type CommandContext } from './command-app.js';
import { noteLines, reportLines } from './plan-report.js';

/** Of these, what is no table that can be read is refused by what it is, and not as a plan file that is no text. */
const TABLE_ENDINGS = ['.xlsx', '.csv', '.tsv', '.txt', '.ods', '.xls', '.xlsm'];

interface Options extends TableImportOptions, Partial<Omit<OgpImportOptions, keyof TableImportOptions>> {
  readonly dryRun?: boolean;
}

const year = (text: string): number => {
  if (!/^\d{4}$/.test(text)) throw new InvalidArgumentError('A year has four digits.');
  return Number(text);
};

export const importCommand = (): Command =>
  new Command('import')
    .description('take a plan from a file, or nothing of it; the same file twice changes nothing')
    .argument(
      '<file>',
      'a plan file (plans/plan-file.schema.json describes the format), or an edited progress file: .xlsx, or .csv of one table',
    )
    .option('--dry-run', 'say what would change and change nothing')
    .option(
      '--plan <key>',
      'the plan that a progress file is of, where it does not say; the key of a plan from OGP’s table',
    )
    .option('--table <table>', 'which table of progress a .csv file is, where its columns do not say')
    .option('--language <language>', 'language of the texts in a .csv file; else the plan’s own')
    .option('--period <period>', 'the period that a .csv file was exported with')
    .option('--reason <reason>', 'why due dates move that the file moves; public')
    .option('--encoding <encoding>', 'encoding of a .csv file that is not Unicode, such as windows-1256')
    .addOption(
      new Option('--member <key>', 'begin a new plan of this member with OGP’s own table of commitments').helpGroup(
        'OGP’s table:',
      ),
    )
    .addOption(
      new Option('--country <code>', 'ISO 3166-1 code, where the locality does not end in a country').helpGroup(
        'OGP’s table:',
      ),
    )
    .addOption(new Option('--time-zone <zone>', 'where the country has several').helpGroup('OGP’s table:'))
    .addOption(new Option('--locality <name>', 'whose rows, where the table has several').helpGroup('OGP’s table:'))
    .addOption(
      new Option('--year <year>', 'the same by the year of submission').argParser(year).helpGroup('OGP’s table:'),
    )
    .action((path: string, options: Options) => withApp((context) => importFile(path, options, context)));

async function importFile(path: string, options: Options, { app, say }: CommandContext): Promise<void> {
  const [viewer, messages] = [Viewer.system('command'), app.get(Messages)];
  const isTable = TABLE_ENDINGS.includes(extname(path).toLowerCase());
  const content = await (isTable
    ? readWithin(path, 'a progress file', LARGEST_TABLE_FILE)
    : readWithin(path, 'a plan file', LARGEST_PLAN_FILE));
  const { dryRun = false, member, reason } = options;
  if (!isTable) {
    const text = asText(content) ?? complain(`${path} is not UTF-8 text. Save it with that encoding.`);
    const report = await app.get(PlanImportService).import(viewer, text, { dryRun, reason });
    for (const line of reportLines(report, messages)) say(line);
    return;
  }
  const file = { name: basename(path), content };
  const report =
    member === undefined
      ? await app.get(TableImportService).import(viewer, file, options)
      : await app.get(OgpImportService).import(viewer, file, { ...options, member });
  for (const line of [...reportLines(report, messages), ...noteLines(report.notes, messages)]) say(line);
}

async function readWithin(path: string, what: string, largest: number): Promise<Buffer> {
  const file = await stat(path).catch(() => null);
  if (!file?.isFile()) complain(`There is no file ${path}.`);
  if (file.size > largest)
    complain(`${path} has ${Math.ceil(file.size / 1_048_576)} MB; ${what} has at most ${largest / 1_048_576}.`);
  return readFile(path);
}

/** Null where a program that guesses would put replacement characters into somebody's name. */
function asText(content: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return null;
  }
}
