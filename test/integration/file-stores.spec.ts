import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import S3rver from 's3rver';
import type { FileStore } from '../../src/platform/files/file-store.js';
import { LocalFileStore } from '../../src/platform/files/local-file-store.js';
import { S3FileStore } from '../../src/platform/files/s3-file-store.js';

const KEY = 'e0a1b2c3-0000-4000-8000-000000000001';

interface Place {
  readonly store: FileStore;
  /** The same place as another process opens it. */
  readonly again: FileStore;
  /** One that shares the place's name and nothing else. */
  readonly neighbour: FileStore;
  readonly end: () => Promise<void>;
}

async function disk(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'mithaq-store-'));
  return {
    store: new LocalFileStore(join(folder, 'files')),
    again: new LocalFileStore(join(folder, 'files')),
    neighbour: new LocalFileStore(join(folder, 'other')),
    end: () => rm(folder, { recursive: true }),
  };
}

/** A server that speaks the protocol of S3. */
async function bucket(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'mithaq-s3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: folder,
    configureBuckets: [{ name: 'evidence', configs: [] }],
  });
  const { port } = (await server.run()) as AddressInfo;
  process.env['AWS_ACCESS_KEY_ID'] = 'S3RVER';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'S3RVER';
  const at = (path: string): S3FileStore =>
    new S3FileStore(
      `s3://evidence/${path}?region=me-south-1&endpoint=${encodeURIComponent(`http://127.0.0.1:${port}`)}`,
    );
  return {
    store: at('mithaq/files'),
    again: at('mithaq/files'),
    neighbour: at('mithaq/files2'),
    end: async () => {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

const read = async (content: Readable | null): Promise<Buffer | null> => {
  if (!content) return null;
  const parts: Buffer[] = [];
  for await (const part of content) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

async function keysOf(store: FileStore, olderThan: number): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.olderThan(olderThan)) keys.push(key);
  return keys.sort();
}

describe.each([
  ['a disk', disk],
  ['a bucket of S3', bucket],
])('files on %s', (_, open) => {
  let place: Place;
  beforeAll(async () => {
    place = await open();
  });
  afterAll(() => place.end());

  it('come back as they were put, also for another process', async () => {
    const key = randomUUID();
    const content = randomBytes(3 * 1024 * 1024);
    await place.store.put(key, content);
    expect((await read(await place.again.open(key)))?.equals(content)).toBe(true);
    expect(await place.again.exists(key)).toBe(true);
    expect(await place.neighbour.exists(key)).toBe(false);
  });

  it('that are not there are said to be not there', async () => {
    const key = randomUUID();
    expect(await place.store.exists(key)).toBe(false);
    expect(await place.store.open(key)).toBeNull();
    await expect(place.store.delete(key)).resolves.toBeUndefined();
  });

  it('are gone once they are deleted, and those beside them stay', async () => {
    const [gone, stays] = [randomUUID(), randomUUID()];
    await place.store.put(gone, Buffer.from('a'));
    await place.store.put(stays, Buffer.from('b'));
    await place.store.delete(gone);
    expect(await place.store.open(gone)).toBeNull();
    expect((await read(await place.store.open(stays)))?.toString()).toBe('b');
  });

  it('are listed by their age', async () => {
    const key = randomUUID();
    await place.neighbour.put(key, Buffer.from('a'));
    expect(await keysOf(place.neighbour, 60_000)).toEqual([]);
    // Clocks of stores know whole seconds.
    expect(await keysOf(place.neighbour, -2000)).toEqual([key]);
    expect(await keysOf(place.store, -2000)).not.toContain(key);
  });

  it.each(['../../etc/passwd', '', 'a/b', `${KEY}/..`, `${KEY}.part.part`, `${KEY}\n`, KEY.toUpperCase()])(
    'never lie under a name from outside such as %j',
    async (key) => {
      await expect(place.store.put(key, Buffer.from('a'))).rejects.toThrow('not the key');
      await expect(place.store.open(key)).rejects.toThrow('not the key');
      await expect(place.store.exists(key)).rejects.toThrow('not the key');
      await expect(place.store.delete(key)).rejects.toThrow('not the key');
    },
  );
});

describe('files on a disk', () => {
  let folder: string;
  let store: LocalFileStore;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mithaq-store-'));
    store = new LocalFileStore(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));
  const pathOf = (key: string) => join(folder, key.slice(0, 2), key.slice(2, 4), key);

  it('are for the service alone to read', async () => {
    const key = randomUUID();
    await store.put(key, Buffer.from('a'));
    const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect(await mode(pathOf(key))).toBe('600');
    expect(await mode(join(folder, key.slice(0, 2)))).toBe('700');
    expect(await mode(join(folder, key.slice(0, 2), key.slice(2, 4)))).toBe('700');
  });

  it('leave nothing when they cannot be written', async () => {
    const taken = await readdir(folder);
    let key = randomUUID();
    while (taken.includes(key.slice(0, 2))) key = randomUUID();
    await writeFile(join(folder, key.slice(0, 2)), 'a file where a folder should be');
    await expect(store.put(key, Buffer.from('a'))).rejects.toThrow();
    expect(await store.exists(key)).toBe(false);
    expect(await store.open(key)).toBeNull();
    await rm(join(folder, key.slice(0, 2)));
  });

  it('that were cut off by a crash are found under a name that is never read, and can be deleted', async () => {
    const key = randomUUID();
    await store.put(key, Buffer.from('whole'));
    await writeFile(`${pathOf(key)}.part`, 'hal');
    await writeFile(join(folder, 'notes.txt'), 'of somebody else');
    expect((await readFile(pathOf(key))).toString()).toBe('whole');
    const left = (await keysOf(store, -2000)).filter((name) => name.startsWith(key));
    expect(left).toEqual([key, `${key}.part`]);
    await store.delete(`${key}.part`);
    expect((await readdir(join(folder, key.slice(0, 2), key.slice(2, 4)))).sort()).toEqual([key]);
    expect((await readFile(join(folder, 'notes.txt'))).toString()).toBe('of somebody else');
  });
});

describe('a bucket that refuses', () => {
  it('is a fault, not a missing file', async () => {
    const store = new S3FileStore('s3://evidence?region=x&endpoint=http%3A%2F%2F127.0.0.1%3A1');
    await expect(store.exists(randomUUID())).rejects.toThrow();
    await expect(store.open(randomUUID())).rejects.toThrow();
  });
});
