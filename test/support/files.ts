import { crc32 as crcOf, deflateRawSync } from 'node:zlib';

export interface Entry {
  readonly name: string;
  readonly content?: string | Buffer;
  /** What the headers say its size is, true or not. */
  readonly declared?: number;
}

/** A zip, written by hand so that it can lie. */
export function zip(entries: readonly Entry[], { stored = false } = {}): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content = '', declared } of entries) {
    const raw = Buffer.from(content);
    const isStored = stored || name === 'mimetype';
    const packed = isStored ? raw : deflateRawSync(raw);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(isStored ? 0 : 8, 4);
    fields.writeUInt32LE(crcOf(raw), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(declared ?? raw.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), fields, tail, Buffer.from(name)]));
    locals.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, listed, end]);
}

const typesOf = (part: string): string =>
  `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/main.xml" ContentType="${part}"/></Types>`;
const OFFICE = 'application/vnd.openxmlformats-officedocument';

const office = (part: string, more: readonly Entry[] = []): Buffer =>
  zip([{ name: '[Content_Types].xml', content: typesOf(part) }, { name: 'main.xml', content: '<main/>' }, ...more]);
const openDocument = (kind: string, more: readonly Entry[] = []): Buffer =>
  zip([
    { name: 'mimetype', content: `application/vnd.oasis.opendocument.${kind}` },
    { name: 'content.xml', content: '<office/>' },
    ...more,
  ]);

const WORD = `${OFFICE}.wordprocessingml.document.main+xml`;

/** The smallest files of every kind that is taken, by their endings. */
export const SMALL: Readonly<Record<string, Buffer>> = {
  pdf: Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n'),
  png: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
  jpg: Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex'),
  webp: Buffer.concat([
    Buffer.from('RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0/\0\0\0\x10\x07\x10\x11\x11', 'latin1'),
    Buffer.alloc(4),
  ]),
  docx: office(WORD),
  xlsx: office(`${OFFICE}.spreadsheetml.sheet.main+xml`),
  pptx: office(`${OFFICE}.presentationml.presentation.main+xml`),
  odt: openDocument('text'),
  ods: openDocument('spreadsheet'),
  odp: openDocument('presentation'),
  txt: Buffer.from('محضر الاجتماع\r\n\tBMW and MZ are letters too.\n'),
  csv: Buffer.from('\ufeffname;count\nالسلط;3\n'),
};

export const BAD = {
  macros: office(WORD, [{ name: 'word/vbaProject.bin', content: 'macro' }]),
  macroKind: office('application/vnd.ms-word.document.macroEnabled.main+xml'),
  odfMacros: openDocument('text', [{ name: 'Basic/Standard/Module1.xml', content: '<script/>' }]),
  bomb: office(WORD, [{ name: 'word/media.bin', content: Buffer.alloc(90 * 1024 * 1024) }]),
  declaredBomb: office(WORD, [{ name: 'word/media.bin', content: 'small', declared: 3_000_000_000 }]),
  manyEntries: zip([
    { name: '[Content_Types].xml', content: typesOf(WORD) },
    ...Array.from({ length: 2000 }, (_, at) => ({ name: `word/${at}.xml` })),
  ]),
  /** Entries that all point at the same bytes. */
  overlapping: overlapped(),
  truncated: office(WORD).subarray(0, -10),
  svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
  html: Buffer.from('\ufeff \n<!DOCTYPE html><script>alert(1)</script>'),
  program: Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]),
  script: Buffer.from('#!/bin/sh\nrm -rf /\n'),
  archive: zip([{ name: 'letter.txt', content: 'Dear colleague' }]),
} as const;

function overlapped(): Buffer {
  const content = Buffer.alloc(400_000, 'lorem ipsum ');
  const made = zip(
    [{ name: '[Content_Types].xml', content: typesOf(WORD) }, ...['a', 'b', 'c'].map((name) => ({ name, content }))],
    { stored: true },
  );
  // The contents of b and c are cut out, and their directory entries point at a.
  const first = made.indexOf('PK\x03\x04', 4, 'latin1');
  const second = made.indexOf('PK\x03\x04', first + 4, 'latin1');
  const directory = made.indexOf('PK\x01\x02', 0, 'latin1');
  const kept = Buffer.concat([made.subarray(0, second), made.subarray(directory)]);
  const moved = directory - second;
  kept.writeUInt32LE(kept.readUInt32LE(kept.length - 6) - moved, kept.length - 6);
  let entry = directory - moved;
  for (let at = 0; at < 4; at++) {
    if (at > 1) kept.writeUInt32LE(first, entry + 42);
    entry += 46 + kept.readUInt16LE(entry + 28);
  }
  return kept;
}
