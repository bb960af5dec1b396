import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** What a small state file holds, or null when it is missing or cut short. Fields are unchecked, hence optional. */
export async function readJson<T extends object>(path: string): Promise<Partial<T> | null> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Replaces the file in one step, so that another process never reads half of it. Readable by its owner only. */
export async function writeJson(path: string, value: object): Promise<void> {
  const draft = await writeDraft(path, value);
  await rename(draft, path);
}

/** Writes the file unless somebody else, perhaps in this very moment, already did. */
export async function writeJsonOnce(path: string, value: object): Promise<void> {
  const draft = await writeDraft(path, value);
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDraft(path: string, value: object): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  return draft;
}
