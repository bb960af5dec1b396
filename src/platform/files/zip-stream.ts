import type { ZipInputFile } from 'fflate';
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw, type ZlibOptions } from 'node:zlib';

export interface ZipPart {
  readonly name: string;
  readonly content: Iterable<string> | AsyncIterable<string>;
}

/** The day on which the format begins, wherever this runs: what holds the same is the same, byte for byte. */
const BEGINNING = new Date(1980, 0, 1);
const DEFLATED = 8;
/** How much is compressed at once, outside the thread that answers everybody. */
const PIECE = 131_072;
/** Of a compressed part: an empty block that says that it is the last. */
const END = Uint8Array.of(3, 0);
/** Lengths and places have four bytes. */
const MOST_BYTES = 0xffffffff;

const packed = promisify<Buffer, ZlibOptions, Buffer<ArrayBuffer>>(deflateRaw);

/**
 * A zip of the parts, put together while they are read: it takes the memory of one piece, and reads on when what it gave
 * was taken. Whoever stops taking ends the reading.
 */
export async function* zipped(parts: AsyncIterable<ZipPart>, mostBytes = MOST_BYTES): AsyncGenerator<Uint8Array, void> {
  const { Zip } = await import('fflate');
  let ready: Uint8Array[] = [];
  let written = 0;
  const zip = new Zip((error, bytes) => {
    if (error) throw error;
    ready.push(bytes);
    written += bytes.length;
  });
  const given = (): Uint8Array[] => {
    const bytes = ready;
    ready = [];
    return bytes;
  };
  for await (const { name, content } of parts) {
    const file: ZipInputFile = { filename: name, mtime: BEGINNING, compression: DEFLATED, size: 0, crc: 0 };
    zip.add(file);
    for await (const piece of inPieces(content)) {
      file.size += piece.length;
      file.crc = crc32(piece, file.crc);
      // Each piece ends at a whole byte, so that the next can follow it.
      file.ondata?.(null, await packed(piece, { finishFlush: constants.Z_SYNC_FLUSH }), false);
      if (Math.max(file.size, written) > mostBytes) throw new Error('This is more than a zip can hold.');
      yield* given();
    }
    file.ondata?.(null, END, true);
  }
  zip.end();
  yield* given();
}

async function* inPieces(content: ZipPart['content']): AsyncGenerator<Buffer, void> {
  let held = '';
  for await (const text of content) {
    held += text;
    if (held.length < PIECE) continue;
    yield Buffer.from(held);
    held = '';
  }
  if (held !== '') yield Buffer.from(held);
}
