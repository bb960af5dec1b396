import type { Cell, ColumnType } from '../publications/progress-column.js';
import { textInWorkbook } from '../publications/sheet-xml.js';
import { dateReadings } from './given-date.js';
import { isBlank, plain, type GivenCell } from './given-sheet.js';

/**
 * Whether the cell still says what was written into it, after whatever a spreadsheet program makes of types, ends of
 * lines and blanks when it opens and saves a file.
 */
export function isSame(type: ColumnType, written: Cell, given: GivenCell, daysAdded = 0): boolean {
  if (written === null || written === '') return isBlank(given);
  if (isBlank(given)) return typeof written === 'string' && plain(textInWorkbook(written)) === '';
  const { value } = given;
  switch (type) {
    case 'integer':
      return numberOf(given) === Number(written);
    case 'boolean':
      return truthOf(given) === written;
    case 'date':
      return dateReadings(value, daysAdded).includes(String(written));
    case 'datetime':
      return isInstant(String(written), given);
    case 'string':
      return isText(String(written), given);
  }
}

/** LibreOffice breaks lines that are longer than this. */
const LONGEST_LINE = 16_000;

const isText = (written: string, { value }: GivenCell): boolean => {
  const text = plain(textInWorkbook(written));
  if (typeof value === 'string') {
    const isBroken = text.split('\n').some(({ length }) => length > LONGEST_LINE);
    if (plain(value) === text || (isBroken && onOneLine(value) === onOneLine(text))) return true;
  }
  // A spreadsheet takes the zeros off the front of a number; nobody who types one means another text.
  return /^\d+$/.test(written) && /^\d+$/.test(String(value)) && Number(value) === Number(written);
};

const onOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

export function numberOf({ value }: GivenCell): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*-?\d+([.,]0+)?\s*$/.test(value) ? parseInt(value, 10) : null;
}

const YES = ['true', 'vrai', 'yes', 'oui', '1', 'نعم'];
const NO = ['false', 'faux', 'no', 'non', '0', 'لا'];

/** Null where the cell says neither. */
export function truthOf({ value }: GivenCell): boolean | null {
  if (typeof value === 'boolean') return value;
  const word = String(value).trim().toLowerCase();
  return YES.includes(word) ? true : NO.includes(word) ? false : null;
}

/** To the second: a workbook keeps an instant as a fraction of a day. */
function isInstant(written: string, { value }: GivenCell): boolean {
  const given = value instanceof Date ? value.getTime() : instantIn(String(value));
  return Math.abs(given - Date.parse(written)) < 1000;
}

/** Without a zone it is UTC, as everything that we write. */
const instantIn = (text: string): number =>
  Date.parse(/[Zz]$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text.trim().replace(' ', 'T')}Z`);
