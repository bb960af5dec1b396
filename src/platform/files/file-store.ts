import type { Readable } from 'node:stream';

/** Where contents of files lie: under a key that the service made up itself, whole or not at all. */
export abstract class FileStore {
  abstract put(key: string, content: Buffer): Promise<void>;
  /** Null when it is not there. */
  abstract open(key: string): Promise<Readable | null>;
  abstract exists(key: string): Promise<boolean>;
  /** What is not there already is fine. */
  abstract delete(key: string): Promise<void>;
  /** Keys that were put longer ago than this, and what an interrupted `put` left behind. */
  abstract olderThan(milliseconds: number): AsyncIterable<string>;
}

const LEFT_BY_PUT = '.part';
const KEY = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.part)?$/;

export const isFileKey = (name: string): boolean => KEY.test(name);
export const partOf = (key: string): string => `${key}${LEFT_BY_PUT}`;

/** Two levels of folders, so that none holds too many. Keys are our own; anything else must never become a path. */
export function placeOf(key: string): readonly [string, string, string] {
  if (!isFileKey(key)) throw new Error('This is not the key of a file.');
  return [key.slice(0, 2), key.slice(2, 4), key];
}
