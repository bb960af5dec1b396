import { Command, Option } from 'commander';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PlanImportService } from '../interchange/plan-import.service.js';
import { ProgressFiles } from '../publications/progress-files.js';
import { withApp } from './command-app.js';
import { instant } from './instant.js';
import { importCommand } from './plan-import.command.js';

export const planCommands = (): Command =>
  new Command('plan')
    .description('import and export whole plans')
    .addCommand(importCommand())
    .addCommand(exportCommand());

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
        const content = options.format === 'csv' ? files.csv(file) : files.xlsx(file);
        await pipeline(Readable.from(content), process.stdout, { end: false });
      }),
    );
