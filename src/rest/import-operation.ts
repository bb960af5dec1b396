import type { Operation } from './operation.js';

const change = {
  type: 'object',
  required: ['path', 'before', 'after'],
  properties: {
    path: { type: 'string', description: 'Where, as a JSON path of the plan file; items of lists by key or number.' },
    before: { type: ['string', 'null'], description: 'What was stored, as JSON; null where it is new.' },
    after: { type: ['string', 'null'], description: 'What the file says, as JSON; null where it is gone.' },
  },
};
const note = {
  type: 'object',
  required: ['field', 'message'],
  properties: {
    field: {
      type: 'string',
      description: 'The cell, such as `milestones!F12`, the sheet, or a JSON path of the plan file.',
    },
    sheet: { type: 'string', description: 'The sheet, or the table of a CSV file.' },
    row: { type: 'integer', description: 'The row as a spreadsheet counts; the header is one of them.' },
    column: { type: 'string', description: 'The name of the column.' },
    message: {
      type: 'string',
      description: 'What was passed over, left as it is, understood in some way, or changes beyond the plan.',
    },
  },
};

/** A progress file that comes back edited. */
export const IMPORT_OPERATION: Operation = {
  method: 'post',
  path: '/plans/{plan}/import',
  id: 'importPlanEdits',
  tag: 'Files',
  summary: 'Take back an edited progress file',
  description:
    'A workbook or a CSV file as they are exported, edited in a spreadsheet. Exactly the cells that were edited are taken, in the language of the file, all or none. Facts of the plan may be edited: titles and texts, dates, institutions, OGP values, milestones. What others changed after the file was exported stays as it is, and is refused by its cell where the file changes it too. A changed claim, verification, assessment or count is refused, and `violations` say by sheet, row and column where to change it instead; in a CSV file, which does not say when it was exported, `notes` do. New rows are new commitments, milestones or institutions; rows that are missing stay. For administrators.',
  answers: {
    file: {
      type: 'application/json',
      schema: {
        type: 'object',
        description: 'What the file changed.',
        required: ['plan', 'dryRun', 'language', 'changeCount', 'changes', 'notes'],
        properties: {
          plan: { type: 'string', description: 'Key of the plan.' },
          dryRun: { type: 'boolean', description: 'Whether nothing was changed, only said.' },
          language: { type: 'string', description: 'In which language the texts of the file were understood.' },
          changeCount: { type: 'integer', description: 'Number of differences; 0: nothing was edited.' },
          changes: { type: 'array', description: 'The first 200 differences.', items: change },
          notes: { type: 'array', description: 'What is worth knowing, at most 200.', items: note },
        },
      },
      example: {
        plan: 'greater-salt-2024-2025',
        dryRun: true,
        language: 'en',
        changeCount: 1,
        changes: [
          {
            path: '$.commitments[number=1].milestones[number=2].dueOn',
            before: '"2024-06-30"',
            after: '"2024-07-31"',
          },
        ],
        notes: [{ field: 'milestones', sheet: 'milestones', message: 'Blank rows, passed over: 2.' }],
      },
    },
  },
  asks: ['dryRun', 'givenTable', 'givenLanguage', 'ofPeriod', 'reason', 'encoding'],
  takes: 'FILE',
  refusals: [400, 401, 403, 404, 413, 415],
};
