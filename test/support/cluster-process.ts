import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../src/platform/database/database.js';
import { joinEmbeddedPostgres } from '../../src/platform/embedded/embedded-postgres.js';
import { isAlive } from '../../src/platform/embedded/processes.js';
import { TEMPLATE } from './cluster.js';

/**
 * The process that owns the PostgreSQL of one Jest run. It ends with Jest, however Jest ends, and takes the cluster and
 * its files with it. It runs outside of Jest, so that it can import from src.
 */
const FOLDER = 'mithaq-test-cluster-';

/** Nothing here has to survive a power cut, nor lives long enough to be tidied up. */
const PARAMETERS = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  autovacuum: 'off',
  max_connections: '200',
};

const jestIsGone = new Promise((resolve) => process.once('disconnect', resolve));
await removeLeftClusters();
const dataDir = await mkdtemp(join(tmpdir(), `${FOLDER}${process.pid}-`));
try {
  const postgres = await joinEmbeddedPostgres({ dataDir, parameters: PARAMETERS });
  try {
    const adminUrl = databaseUrl(postgres.url, 'postgres');
    await createEmptyTemplate(adminUrl);
    await migrate(databaseUrl(adminUrl, TEMPLATE));
    process.send?.({ adminUrl });
    await jestIsGone;
  } finally {
    await postgres.leave();
  }
} finally {
  await rm(dataDir, { recursive: true, force: true });
}

function databaseUrl(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}

async function createEmptyTemplate(adminUrl: string): Promise<void> {
  const admin = new Client(adminUrl);
  await admin.connect();
  try {
    await admin.query(`create database ${TEMPLATE}`);
  } finally {
    await admin.end();
  }
}

/** Only a kill -9 of this very process leaves anything; the next run clears it away as far as it may. */
async function removeLeftClusters(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const owner = Number(name.split(FOLDER)[1]?.split('-')[0]);
    if (owner && !isAlive(owner)) await removeCluster(join(tmpdir(), name)).catch(() => undefined);
  }
}

async function removeCluster(folder: string): Promise<void> {
  try {
    await joinEmbeddedPostgres({ dataDir: folder }).then((postgres) => postgres.leave());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
