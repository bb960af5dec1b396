import { problemLine } from '../interchange/plan-file.problems.js';
import type { ImportReport } from '../interchange/plan-import.service.js';
import type { TableProblem } from '../interchange/table-import.errors.js';
import type { Messages } from '../platform/i18n/messages.js';
import { COMMAND_LANGUAGE } from './command-app.js';

const SHOWN_CHANGES = 100;
const SHOWN_NOTES = 200;

/** What a file changed, for a person in front of a terminal. */
export function reportLines(report: ImportReport, messages: Messages): string[] {
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
      'Beyond the plan:',
      report.consequences.map((consequence) => problemLine(messages, COMMAND_LANGUAGE, consequence)),
    ),
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

/** What was passed over or understood in some way, with the cell. */
export const noteLines = (notes: readonly TableProblem[], messages: Messages): string[] =>
  section('Notes:', [
    ...notes
      .slice(0, SHOWN_NOTES)
      .map(({ place, key, args }) => `${placeName(place)}: ${messages.say(COMMAND_LANGUAGE, key, args)}`),
    ...(notes.length > SHOWN_NOTES ? [`… and ${notes.length - SHOWN_NOTES} more`] : []),
  ]);

const placeName = ({ field, column }: TableProblem['place']): string =>
  column === undefined ? field : `${field} (${column})`;
