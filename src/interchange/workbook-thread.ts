import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { FileDamaged } from '../platform/files/file.errors.js';
import { WorkbookTooHeavy } from './table-import.errors.js';

/** What the library finds in a workbook, as far as it matters here. */
export interface ReadSheet {
  readonly name: string;
  /** Dates as milliseconds, since a date of one thread is none of another everywhere. */
  readonly rows: ReadonlyArray<ReadonlyArray<string | number | boolean | { readonly at: number } | null>>;
  /** What cells are beside their value, by `row,column` counted from 0. */
  readonly odd: ReadonlyMap<string, 'FORMULA' | 'ERROR'>;
  readonly merges: ReadonlyArray<{ startRow: number; startCol: number; endRow: number; endCol: number }>;
}
export interface ReadBook {
  readonly sheets: readonly ReadSheet[];
  readonly countsFrom1904: boolean;
}

/** What reading may take. The largest workbook that this service writes takes a fifth of it. */
export const READING = { megabytes: 768, milliseconds: 30_000 };

/** All that the thread does; a text, because a file would not have the same ending in tests as when it is built. */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const kind = ({ formula, type }) => (type === 'error' ? 'ERROR' : formula === undefined ? null : 'FORMULA');
const plain = (value) => (value instanceof Date ? { at: value.getTime() } : value);
const odd = (cells) => new Map([...(cells ?? [])].map(([at, cell]) => [at, kind(cell)]).filter(([, kind]) => kind));
import(workerData.library)
  .then(({ readXlsx }) => readXlsx(workerData.content, { range: workerData.area }))
  .then(({ sheets, dateSystem }) => ({
    sheets: sheets.map(({ name, rows, cells, merges = [] }) => ({ name, rows: rows.map((row) => row.map(plain)), odd: odd(cells), merges })),
    countsFrom1904: dateSystem === '1904',
  }))
  .catch(() => null)
  .then((book) => parentPort.postMessage(book));
`;

let turn: Promise<unknown> = Promise.resolve();

/**
 * Reads a workbook in a thread of its own, one after the other: a file may be made so that a few hundred kilobytes
 * take gigabytes and minutes, and nobody else should notice.
 *
 * @throws FileDamaged or WorkbookTooHeavy
 */
export function readInThread(content: Buffer, area: string, limits = READING): Promise<ReadBook> {
  const mine = turn.then(() => read(content, area, limits));
  turn = mine.catch(() => null);
  return mine;
}

function read(content: Buffer, area: string, { megabytes, milliseconds }: typeof READING): Promise<ReadBook> {
  const library = createRequire(import.meta.url).resolve('hucre/xlsx');
  const thread = new Worker(PROGRAM, {
    eval: true,
    workerData: { library, content, area },
    resourceLimits: { maxOldGenerationSizeMb: megabytes },
  });
  return new Promise<ReadBook>((resolve, reject) => {
    const tooLong = setTimeout(() => reject(new WorkbookTooHeavy()), milliseconds);
    thread.once('message', (book: ReadBook | null) => (book ? resolve(book) : reject(new FileDamaged())));
    thread.once('error', () => reject(new WorkbookTooHeavy()));
    thread.once('exit', () => (clearTimeout(tooLong), reject(new WorkbookTooHeavy())));
  }).finally(() => void thread.terminate());
}
