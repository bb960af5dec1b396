import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { FileDamaged } from '../platform/files/file.errors.js';
import { WorkbookTooHeavy } from './table-import.errors.js';

/** What the library finds in a workbook, as far as it matters here. */
export interface ReadSheet {
  readonly name: string;
  /** Dates as milliseconds, since a date of one process is none of another everywhere. */
  readonly rows: ReadonlyArray<ReadonlyArray<string | number | boolean | { readonly at: number } | null>>;
  /** What cells are beside their value, by `row,column` counted from 0. */
  readonly odd: ReadonlyMap<string, 'FORMULA' | 'ERROR'>;
  readonly merges: ReadonlyArray<{ startRow: number; startCol: number; endRow: number; endCol: number }>;
}
export interface ReadBook {
  readonly sheets: readonly ReadSheet[];
  readonly countsFrom1904: boolean;
}

/** What reading may take; sheets of as many rows as are taken, as this service writes them, stay well below. */
export const READING = { megabytes: 768, milliseconds: 45_000 };

/** All that the process does; a text, because a file would not have the same ending in tests as when it is built. */
const PROGRAM = `
const plain = (value) => (value instanceof Date ? { at: value.getTime() } : value);
const kind = ({ formula, type }) => (type === 'error' ? 'ERROR' : formula === undefined ? null : 'FORMULA');
const odd = (cells) => new Map([...(cells ?? [])].map(([at, cell]) => [at, kind(cell)]).filter(([, kind]) => kind));
process.once('message', ({ library, content, area }) =>
  import(library)
    .then(({ readXlsx }) => readXlsx(content, { range: area }))
    .then(({ sheets, dateSystem }) => ({
      sheets: sheets.map(({ name, rows, cells, merges = [] }) => ({
        name, rows: rows.map((row) => row.map(plain)), odd: odd(cells), merges,
      })),
      countsFrom1904: dateSystem === '1904',
    }))
    .catch(() => null)
    .then((book) => process.send(book, () => process.disconnect())),
);
`;

let turn: Promise<unknown> = Promise.resolve();

/**
 * Reads a workbook in a process of its own, one after the other: a file may be made so that a few hundred kilobytes take
 * gigabytes and minutes. Nobody else notices, and a thread that runs out of memory may end the whole service with it.
 *
 * @throws FileDamaged or WorkbookTooHeavy
 */
export function readApart(content: Buffer, area: string, limits = READING): Promise<ReadBook> {
  const mine = turn.then(() => read(content, area, limits));
  turn = mine.catch(() => null);
  return mine;
}

function read(content: Buffer, area: string, { megabytes, milliseconds }: typeof READING): Promise<ReadBook> {
  const reader = spawn(process.execPath, [`--max-old-space-size=${megabytes}`, '--eval', PROGRAM], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
    // Nothing of ours is any business of what reads the file of somebody else.
    env: {},
    timeout: milliseconds,
    killSignal: 'SIGKILL',
  });
  return new Promise<ReadBook>((resolve, reject) => {
    reader.once('message', (book: ReadBook | null) => (book ? resolve(book) : reject(new FileDamaged())));
    reader.once('error', () => reject(new WorkbookTooHeavy()));
    reader.once('exit', () => reject(new WorkbookTooHeavy()));
    const library = createRequire(import.meta.url).resolve('hucre/xlsx');
    // Should it be gone already, its exit says so.
    reader.send({ library, content, area }, () => undefined);
  }).finally(() => void reader.kill('SIGKILL'));
}
