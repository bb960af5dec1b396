import { CsvError, parse } from 'csv-parse/sync';
import { TextDecoder } from 'node:util';
import { FileEmpty } from '../platform/files/file.errors.js';
import { unguarded } from '../publications/csv-file.js';
import { MOST_GIVEN_ROWS, type GivenSheet } from './given-sheet.js';
import { CsvBroken, EncodingUnknown, NotUnicode, TableTooLong } from './table-import.errors.js';

/** The rows of a CSV file, its fields as they were before they were guarded against being taken for formulas. */
export function readCsv(content: Buffer, name: string, encoding?: string): GivenSheet {
  const text = decoded(content, encoding);
  if (text.trim() === '') throw new FileEmpty();
  // Excel writes which separator a file has into a line of its own, and shows that line to nobody.
  const [marked, separator] = /^sep=(.)\r?\n/.exec(text) ?? [];
  const records = parsed(marked ? text.slice(marked.length) : text, separator ?? separatorOf(text));
  if (records.length > MOST_GIVEN_ROWS) throw new TableTooLong({ most: MOST_GIVEN_ROWS });
  const rows = records.map((record) => record.map((field) => ({ value: field === '' ? null : unguarded(field) })));
  return { name, rows, merges: [], daysAdded: 0 };
}

function parsed(text: string, delimiter: string): string[][] {
  try {
    return parse(text, { delimiter, relax_column_count: true, skip_empty_lines: false, to: MOST_GIVEN_ROWS + 1 });
  } catch (error) {
    if (error instanceof CsvError) throw new CsvBroken({ line: Number(error['lines'] ?? 0) });
    throw error;
  }
}

const SEPARATORS = [',', ';', '\t'] as const;

/** Whichever there is most of in the first lines, outside quotes. */
function separatorOf(text: string): string {
  const head = text.slice(0, 20_000).replaceAll(/"[^"]*"/g, '');
  const counts = SEPARATORS.map((separator) => head.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/**
 * As text. A file of another encoding is never guessed at: a wrong guess puts other letters into somebody's name. It is
 * refused with the encoding that it most likely has, for the sender to name.
 */
function decoded(content: Buffer, encoding: string | undefined): string {
  if (encoding !== undefined) return decodedAs(content, encoding);
  if (content[0] === 0xff && content[1] === 0xfe) return decodedAs(content, 'utf-16le');
  if (content[0] === 0xfe && content[1] === 0xff) return decodedAs(content, 'utf-16be');
  const zero = content.subarray(0, 1000).indexOf(0);
  if (zero >= 0) return decodedAs(content, zero % 2 === 1 ? 'utf-16le' : 'utf-16be');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new NotUnicode({ encoding: likelyEncoding(content) });
  }
}

function decodedAs(content: Buffer, encoding: string): string {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new EncodingUnknown({ encoding }, 'encoding');
  }
  try {
    return decoder.decode(content);
  } catch {
    throw new NotUnicode({ encoding: likelyEncoding(content) });
  }
}

/** Arabic files are full of letters where a western file has a few with accents, among those without. */
function likelyEncoding(content: Buffer): string {
  const arabic = new TextDecoder('windows-1256').decode(content).match(/\p{Script=Arabic}{3}/gu)?.length ?? 0;
  const western = new TextDecoder('windows-1252').decode(content).match(/[a-zA-Z][à-öø-ÿ][a-z ]/g)?.length ?? 0;
  return arabic > western ? 'windows-1256' : 'windows-1252';
}
