import { FileEmpty, FileNotWhatItsNameSays } from '../platform/files/file.errors.js';
import { endingOf } from '../platform/files/file-name.js';
import { isZip } from '../platform/files/zip-directory.js';
import type { GivenSheet } from './given-sheet.js';
import { OtherKindOfDocument, TableFileKind } from './table-import.errors.js';
import { readWorkbook } from './xlsx-reader.js';

/** A file of tables as it was sent. */
export interface TableFile {
  readonly name: string;
  readonly content: Buffer;
}

const TEXT_ENDINGS = ['csv', 'tsv', 'txt'];

/** @throws TableFileKind, OtherKindOfDocument and what says that the file cannot be read */
export async function sheetsOf({ name, content }: TableFile, encoding?: string): Promise<GivenSheet[]> {
  if (content.length === 0) throw new FileEmpty();
  if (!isZip(content)) {
    if (!TEXT_ENDINGS.includes(endingOf(name))) throw new TableFileKind();
    const { readCsv } = await import('./csv-reader.js');
    return [readCsv(content, name, encoding)];
  }
  try {
    return await readWorkbook(content);
  } catch (error) {
    // What it is, and not what a workbook would be called.
    const kind = error instanceof FileNotWhatItsNameSays ? await kindOf(content) : undefined;
    throw kind === undefined ? error : new OtherKindOfDocument({ kind: `.${kind}` });
  }
}

async function kindOf(content: Buffer): Promise<string | undefined> {
  const { fileTypeFromBuffer } = await import('file-type');
  return (await fileTypeFromBuffer(content))?.ext;
}
