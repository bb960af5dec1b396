import { describe, expect, it } from '@jest/globals';
import { readXlsx } from 'hucre/xlsx';
import readWorkbook from 'read-excel-file/node';
import { setImmediate } from 'node:timers/promises';
import { inspectFile } from '../platform/files/file-inspection.js';
import { zipped } from '../platform/files/zip-stream.js';
import type { Cells, ColumnHead, ColumnType } from './progress-column.js';
import { xlsxFile } from './xlsx-file.js';

const column = (name: string, type: ColumnType): ColumnHead => ({ name, type, source: 'SERVICE', meaning: 'A & B.' });
const TEXT = [column('Text', 'string')];

async function* slowly(rows: readonly Cells[]): AsyncGenerator<Cells, void> {
  for (const cells of rows) {
    await setImmediate();
    yield cells;
  }
}
const table = (rows: readonly Cells[], columns: readonly ColumnHead[] = TEXT, name = 'check-ins') => ({
  name,
  columns,
  rows: slowly(rows),
});

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** Rows of the first sheet below its names, as two programs of others read them. */
async function readBack(rows: readonly Cells[], columns: readonly ColumnHead[] = TEXT): Promise<unknown[][][]> {
  const file = await whole(xlsxFile([table(rows, columns)], 'en'));
  const [one] = (await readXlsx(file)).sheets;
  const [other] = await readWorkbook(file);
  return [one!.rows.slice(1), other!.data.slice(1)];
}

describe('a workbook', () => {
  it.each([
    '=HYPERLINK("http://evil.example/")',
    '+1',
    "'x",
    '0012',
    '1e3',
    'TRUE',
    '2024-01-02',
    'a & <b> "c" ]]>',
    '_x0041_ and _x000D_, _x005F_x0041_ and __x0042_',
    'one\ntwo\tthree',
    '\u200f\u202eمرحبا, "هنا"',
    '💧 العربية',
  ])('shows the text %j as it is', async (text) => {
    for (const rows of await readBack([[`[${text}]`], [text]])) expect(rows).toEqual([[`[${text}]`], [text]]);
  });

  it('keeps blanks, leaves out what no workbook may hold, and cuts what no cell can, never through a character', async () => {
    const rows = [
      ['  a  '],
      ['a\u0000\u0008\u001fb\ufffe\ud800c'],
      ['x'.repeat(40_000)],
      [`${'x'.repeat(32_765)}💧💧`],
    ];
    const [read] = await readBack(rows);
    expect(read).toEqual([['  a  '], ['abc'], [`${'x'.repeat(32_766)}…`], [`${'x'.repeat(32_765)}…`]]);
  });

  it('has numbers, booleans, days and instants that are none for text, and nothing where nothing is known', async () => {
    const columns = [
      column('n', 'integer'),
      column('b', 'boolean'),
      column('d', 'date'),
      column('t', 'datetime'),
      column('s', 'string'),
    ];
    const rows: Cells[] = [
      [-7, true, '2024-02-29', '2024-12-31T23:59:59Z', 'x'],
      [0, false, '1900-03-01', '1999-12-31T00:00:00Z', 'y'],
      [null, null, null, null, ''],
      [1, null, '1900-02-28', '2024-05-99T00:00:00Z', 'z'],
    ];
    const date = (text: string) => new Date(text);
    for (const read of await readBack(rows, columns))
      expect(read.map((row) => row.map((value) => (value instanceof Date ? toSecond(value) : value)))).toEqual([
        [-7, true, date('2024-02-29'), date('2024-12-31T23:59:59Z'), 'x'],
        [0, false, date('1900-03-01'), date('1999-12-31'), 'y'],
        // Readers differ in whether an empty row is one.
        ...(read.length === 4 ? [read[2]!.map(() => null)] : []),
        [1, null, '1900-02-28', '2024-05-99T00:00:00Z', 'z'],
      ]);
  });

  it('goes on in a further sheet where one is full, under the same names', async () => {
    const rows = (count: number): Cells[] => Array.from({ length: count }, (_, i) => [`row ${i + 1}`]);
    const tables = () => [table(rows(3)), table(rows(7), TEXT, 'evidence'), table([], TEXT, 'assessments')];
    const { sheets } = await readXlsx(await whole(xlsxFile(tables(), 'ar', undefined, 4)));
    expect(sheets.slice(0, 5).map((sheet) => [sheet.name, ...sheet.rows.flat()])).toEqual([
      ['check-ins', 'Text', 'row 1', 'row 2', 'row 3'],
      ['evidence', 'Text', 'row 1', 'row 2', 'row 3'],
      ['evidence (2)', 'Text', 'row 4', 'row 5', 'row 6'],
      ['evidence (3)', 'Text', 'row 7'],
      ['assessments', 'Text'],
    ]);
    const [shown, alsoShown] = [sheets[0], sheets[2]];
    for (const sheet of [shown, alsoShown])
      expect([sheet!.freezePane, sheet!.view?.rightToLeft]).toEqual([{ rows: 1 }, true]);
    expect([sheets[5]!.name, sheets[5]!.freezePane, sheets[5]!.view?.rightToLeft]).toEqual([
      'codebook',
      { rows: 1 },
      undefined,
    ]);
  });

  it('is the same byte for byte for the same content, wherever and whenever it is written', async () => {
    const rows = Array.from({ length: 3000 }, (_, i): Cells => [`row ${i} `.repeat(20)]);
    const file = await whole(xlsxFile([table(rows)], 'en', 'a | stamp'));
    expect(await whole(xlsxFile([table(rows)], 'en', 'a | stamp'))).toEqual(file);
    expect(await whole(xlsxFile([table(rows)], 'en', 'other'))).not.toEqual(file);
    // 1 January 1980, 00:00 in local time, as the format has it.
    for (let at = file.indexOf('PK\x01\x02'); at >= 0; at = file.indexOf('PK\x01\x02', at + 1))
      expect(file.readUInt32LE(at + 12)).toBe(33 << 16);
    await inspectFile('workbook.xlsx', file);
  });

  it('reads no more than is taken, and ends its sources with whoever takes', async () => {
    let read = 0;
    let ended = 0;
    async function* endless(): AsyncGenerator<Cells, void> {
      try {
        for (; ; read++) {
          await setImmediate();
          yield ['x'.repeat(1000)];
        }
      } finally {
        await setImmediate();
        ended += 1;
      }
    }
    let begun = false;
    const never = { name: 'evidence', columns: TEXT, rows: watched() };
    async function* watched(): AsyncGenerator<Cells, void> {
      begun = true;
      yield* slowly([]);
    }
    const pieces = xlsxFile([{ name: 'check-ins', columns: TEXT, rows: endless() }, never], 'en');
    for (let taken = 0; read < 1000; taken++) expect([(await pieces.next()).done, taken < 100]).toEqual([false, true]);
    const before = read;
    for (let i = 0; i < 500; i++) await setImmediate();
    expect(read).toBe(before);
    expect(ended).toBe(0);
    await pieces.return();
    expect([ended, begun]).toEqual([1, false]);
  });

  it('fails with its source, and rather than to grow over what a zip can hold', async () => {
    async function* failing(): AsyncGenerator<Cells, void> {
      yield* slowly([['x']]);
      throw new Error('The database went away.');
    }
    await expect(whole(xlsxFile([{ name: 'x', columns: TEXT, rows: failing() }], 'en'))).rejects.toThrow('went away');
    async function* parts() {
      await setImmediate();
      yield { name: 'a', content: ['x'.repeat(1000)] };
    }
    await expect(whole(zipped(parts(), 999))).rejects.toThrow('more than a zip can hold');
    await expect(whole(zipped(parts(), 1000))).resolves.toBeDefined();
  });
});

/** Instants are fractions of a day in a workbook. */
const toSecond = (date: Date): Date => new Date(Math.round(date.getTime() / 1000) * 1000);
