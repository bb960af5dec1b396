import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createDatabase, type TestDatabase } from '../support/cluster.js';
import { freePort } from '../../src/platform/embedded/free-port.js';
import { Mithaq } from '../support/service.js';

jest.setTimeout(120_000);

/** What most processes never need, or not before somebody asks for it. */
const LATE = [
  '@apollo/usage-reporting-protobuf',
  '@aws-sdk/client-s3',
  '@xmldom/xmldom',
  'csv-parse',
  'csv-stringify',
  'date-holidays',
  'fflate',
  'file-type',
  'hucre',
  'maildev',
  'nodemailer',
  'openid-client',
  'postal-mime',
  'request-filtering-agent',
  'typebox',
];
/** A hundred more than on the day when this was written: a package may grow, a large one may not come in unseen. */
const MOST_MODULES = 3450;

/** What the service stands on: to load this alone is the least that a start can take. */
const FOUNDATIONS = [
  '@nestjs/core',
  '@nestjs/graphql',
  '@nestjs/platform-fastify',
  '@apollo/server',
  'typeorm',
  'class-validator',
];
/** A start, with its questions to the database and its end, beside loading these. */
const MOST_TIMES = 3;
const PROCESSOR = `--import=${pathToFileURL('test/support/processor-at-exit.js').href}`;

/** Milliseconds of processor that a program took which loads the foundations and ends. */
async function processorOfFoundations(folder: string): Promise<number> {
  const file = join(folder, 'foundations');
  const loading = `await Promise.all(${JSON.stringify(FOUNDATIONS)}.map((name) => import(name)))`;
  const child = spawn(process.execPath, [PROCESSOR, '--input-type=module', '--eval', loading], {
    env: { PATH: process.env['PATH'], PROCESSOR_FILE: file, NODE_V8_COVERAGE: join(folder, 'foundations-loaded') },
    stdio: 'inherit',
  });
  await once(child, 'exit');
  return Number(await readFile(file, 'utf8'));
}

/** The files of code that a process has loaded, told by V8 itself at its end. */
async function loadedBy(folder: string): Promise<string[]> {
  const reports = await Promise.all(
    (await readdir(folder)).map(async (file) => {
      const { result } = JSON.parse(await readFile(join(folder, file), 'utf8')) as { result: { url: string }[] };
      return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
    }),
  );
  return reports.flat();
}

describe('A start on a database that is there', () => {
  let database: TestDatabase;
  let folder: string;
  let loaded: readonly string[];
  beforeAll(async () => {
    database = await createDatabase();
    folder = await mkdtemp(join(tmpdir(), 'mithaq-start-'));
    const port = await freePort();
    const service = new Mithaq(['start'], {
      NODE_ENV: 'production',
      NODE_V8_COVERAGE: join(folder, 'loaded'),
      NODE_OPTIONS: PROCESSOR,
      PROCESSOR_FILE: join(folder, 'processor'),
      DATABASE_URL: database.url,
      DATA_DIR: join(folder, 'data'),
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      MAIL_FROM: 'mithaq@example.org',
      SMTP_URL: 'smtp://127.0.0.1:9',
      CHECK_LINKS: 'off',
    });
    await service.says(/"msg":"Serving"/);
    await service.ctrlC();
    loaded = await loadedBy(join(folder, 'loaded'));
  });
  afterAll(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('loads nothing that only some processes need, and only when they do', () => {
    // That the list is read at all.
    expect(loaded.some((url) => url.includes('/node_modules/@nestjs/core/'))).toBe(true);
    expect(LATE.filter((name) => loaded.some((url) => url.includes(`/node_modules/${name}/`)))).toEqual([]);
  });

  it('loads no more files than it did', () => {
    expect(loaded.length).toBeLessThan(MOST_MODULES);
  });

  it('takes little more of the processor than what it stands on', async () => {
    const took = Number(await readFile(join(folder, 'processor'), 'utf8'));
    const times = took / (await processorOfFoundations(folder));
    console.log(`A start takes ${times.toFixed(2)} times the processor of loading its foundations.`);
    expect(times).toBeGreaterThan(1);
    expect(times).toBeLessThan(MOST_TIMES);
  });
});
