const END = Buffer.from('PK\x05\x06');
const ENTRY = 0x02014b50;
const ENTRY_LENGTH = 46;
/** The first of January 1980, with which the format begins. */
const BEGINNING = 33 << 16;

/** The same zip without the time at which it was put together: what holds the same is the same, byte for byte. */
export function withoutTimes(zip: Buffer): Buffer {
  const same = Buffer.from(zip);
  const end = same.lastIndexOf(END);
  let at = same.readUInt32LE(end + 16);
  while (at < end && same.readUInt32LE(at) === ENTRY) {
    same.writeUInt32LE(BEGINNING, at + 12);
    same.writeUInt32LE(BEGINNING, same.readUInt32LE(at + 42) + 10);
    at += ENTRY_LENGTH + [28, 30, 32].reduce((length, field) => length + same.readUInt16LE(at + field), 0);
  }
  return same;
}
