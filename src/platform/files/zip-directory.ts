export interface ZipEntry {
  readonly name: string;
  readonly packed: number;
  readonly unpacked: number;
}

const END = 0x06054b50;
const END_LENGTH = 22;
const LONGEST_COMMENT = 0xffff;
const ENTRY = 0x02014b50;
const ENTRY_LENGTH = 46;
const LOCAL = 0x04034b50;
const LOCAL_LENGTH = 30;
const ENCRYPTED = 1;

export const isZip = (content: Buffer): boolean => content.length >= 4 && content.readUInt32LE(0) === LOCAL;

/**
 * What the directory at the end of a zip says of its entries; nothing is unpacked. Null when it is damaged, encrypted, in
 * several volumes, or in the format for more than 4 GB, none of which an office file of a few megabytes is.
 */
export function zipDirectory(content: Buffer): readonly ZipEntry[] | null {
  const end = endOf(content);
  if (end === null) return null;
  const count = content.readUInt16LE(end + 10);
  const size = content.readUInt32LE(end + 12);
  const start = content.readUInt32LE(end + 16);
  const isWhole = content.readUInt16LE(end + 4) === 0 && content.readUInt16LE(end + 8) === count;
  if (!isWhole || start + size > end) return null;
  const entries: ZipEntry[] = [];
  let at = start;
  while (at < start + size) {
    const entry = entryAt(content, at, start + size);
    if (!entry) return null;
    entries.push(entry.entry);
    at = entry.next;
  }
  return entries.length === count ? entries : null;
}

function endOf(content: Buffer): number | null {
  const furthest = Math.max(0, content.length - END_LENGTH - LONGEST_COMMENT);
  for (let at = content.length - END_LENGTH; at >= furthest; at--) {
    const isEnd = content.readUInt32LE(at) === END;
    if (isEnd && at + END_LENGTH + content.readUInt16LE(at + 20) === content.length) return at;
  }
  return null;
}

function entryAt(content: Buffer, at: number, limit: number): { entry: ZipEntry; next: number } | null {
  if (at + ENTRY_LENGTH > limit || content.readUInt32LE(at) !== ENTRY) return null;
  const flags = content.readUInt16LE(at + 8);
  const packed = content.readUInt32LE(at + 20);
  const unpacked = content.readUInt32LE(at + 24);
  const nameLength = content.readUInt16LE(at + 28);
  const next = at + ENTRY_LENGTH + nameLength + content.readUInt16LE(at + 30) + content.readUInt16LE(at + 32);
  const local = content.readUInt32LE(at + 42);
  if (next > limit || (flags & ENCRYPTED) !== 0 || !isEntryAt(content, local, packed)) return null;
  const name = content.toString('utf8', at + ENTRY_LENGTH, at + ENTRY_LENGTH + nameLength);
  return { entry: { name, packed, unpacked }, next };
}

const isEntryAt = (content: Buffer, at: number, packed: number): boolean =>
  at + LOCAL_LENGTH + packed <= content.length && content.readUInt32LE(at) === LOCAL;
