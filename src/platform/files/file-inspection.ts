import { endingOf } from './file-name.js';
import {
  FileDamaged,
  FileEmpty,
  FileKindRefused,
  FileNotWhatItsNameSays,
  FileUnpacksTooLarge,
  FileWithMacros,
} from './file.errors.js';
import { isZip, zipDirectory, type ZipEntry } from './zip-directory.js';

const OFFICE = 'application/vnd.openxmlformats-officedocument';
const ODF = 'application/vnd.oasis.opendocument';

/** What is taken, by the ending of the name, with the media type that it is served as. */
export const FILE_KINDS: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  docx: `${OFFICE}.wordprocessingml.document`,
  xlsx: `${OFFICE}.spreadsheetml.sheet`,
  pptx: `${OFFICE}.presentationml.presentation`,
  odt: `${ODF}.text`,
  ods: `${ODF}.spreadsheet`,
  odp: `${ODF}.presentation`,
  txt: 'text/plain; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
};
const KINDS = Object.keys(FILE_KINDS).join(', ');

const MOST_ENTRIES = 2000;
const LARGEST_UNPACKED = 100 * 1024 * 1024;
const LARGEST_RATIO = 100;

/**
 * The media type of a file, found in its content and never taken from the sender's word.
 *
 * @throws FileEmpty, FileKindRefused, FileNotWhatItsNameSays, FileDamaged, FileUnpacksTooLarge or FileWithMacros
 */
export async function inspectFile(name: string, content: Buffer): Promise<string> {
  if (content.length === 0) throw new FileEmpty();
  const ending = endingOf(name) === 'jpeg' ? 'jpg' : endingOf(name);
  if (!Object.hasOwn(FILE_KINDS, ending)) throw new FileKindRefused({ kinds: KINDS });
  if (isZip(content)) inspectZip(content);
  const found = isText(ending) ? textIn(content, ending) : await endingByContent(content);
  if (found !== ending) throw new FileNotWhatItsNameSays({ ending });
  return FILE_KINDS[ending] ?? '';
}

async function endingByContent(content: Buffer): Promise<string | undefined> {
  // Loaded when first needed: most processes take no files.
  const { fileTypeFromBuffer } = await import('file-type');
  return (await fileTypeFromBuffer(content))?.ext;
}

/** Office files are zips. */
function inspectZip(content: Buffer): void {
  const entries = zipDirectory(content);
  if (!entries) throw new FileDamaged();
  const packed = sum(entries, 'packed');
  const unpacked = sum(entries, 'unpacked');
  const isBomb =
    entries.length > MOST_ENTRIES || unpacked > LARGEST_UNPACKED || unpacked > LARGEST_RATIO * content.length;
  if (isBomb) throw new FileUnpacksTooLarge({ megabytes: LARGEST_UNPACKED / 1_048_576, entries: MOST_ENTRIES });
  // Entries that share their bytes unpack to more than any header says, and so do those that are said to hold nothing.
  if (packed > content.length || entries.some(saysNothing)) throw new FileDamaged();
  if (entries.some(({ name }) => hasMacro(name))) throw new FileWithMacros();
}

const sum = (entries: readonly ZipEntry[], what: 'packed' | 'unpacked'): number =>
  entries.reduce((total, entry) => total + entry[what], 0);

/** Nothing, packed, takes a few bytes. */
const saysNothing = ({ packed, unpacked }: ZipEntry): boolean => unpacked === 0 && packed > 16;

const hasMacro = (name: string): boolean => /(^|\/)vbaProject\.bin$|^(Basic|Scripts)\//i.test(name);

const isText = (ending: string): boolean => ending === 'txt' || ending === 'csv';

const CONTROL = /(?![\t\n\r\f])\p{Cc}/u;
/** What some program would not take for plain text: markup, scripts, and other formats that are written in letters. */
const NOT_PLAIN = /^\s*(<[!?/a-z]|#!|%PDF|%!PS|\{\\rtf)/i;

function textIn(content: Buffer, ending: string): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    return CONTROL.test(text) || NOT_PLAIN.test(text) ? null : ending;
  } catch {
    return null;
  }
}
