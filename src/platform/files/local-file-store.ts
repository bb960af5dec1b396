import { constants } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { FileStore, isFileKey, partOf, placeOf } from './file-store.js';

/** Files on a disk of this machine, readable by the service alone. */
export class LocalFileStore extends FileStore {
  constructor(private readonly folder: string) {
    super();
  }

  /** On the disk before it gets its name: after a crash there is the whole file or none. */
  override async put(key: string, content: Buffer): Promise<void> {
    const path = this.pathOf(key);
    const part = this.pathOf(partOf(key));
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    try {
      await write(part, content);
      await rename(part, path);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  override async open(key: string): Promise<Readable | null> {
    const file = await orMissing<FileHandle | null>(open(this.pathOf(key)), null);
    return file?.createReadStream() ?? null;
  }

  override async exists(key: string): Promise<boolean> {
    return orMissing(
      access(this.pathOf(key), constants.R_OK).then(() => true),
      false,
    );
  }

  override async delete(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  override async *olderThan(milliseconds: number): AsyncIterable<string> {
    const limit = Date.now() - milliseconds;
    for (const first of await namesIn(this.folder)) {
      for (const second of await namesIn(join(this.folder, first))) {
        for (const name of (await namesIn(join(this.folder, first, second))).filter(isFileKey)) {
          const found = await orMissing(stat(this.pathOf(name)), null);
          if (found && found.mtimeMs <= limit) yield name;
        }
      }
    }
  }

  private pathOf(key: string): string {
    return join(this.folder, ...placeOf(key));
  }
}

async function write(path: string, content: Buffer): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

const namesIn = (folder: string): Promise<string[]> => orMissing(readdir(folder), []);

async function orMissing<T>(found: Promise<T>, missing: T): Promise<T> {
  try {
    return await found;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return missing;
    throw error;
  }
}
