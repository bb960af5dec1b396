import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** The database that test databases are copied from; it has every table and no rows. */
export const TEMPLATE = 'mithaq_template';

/** Set by global-setup for every test: the maintenance database of the run's PostgreSQL. */
export const ADMIN_URL_VARIABLE = 'MITHAQ_TEST_ADMIN_URL';

/** A database that belongs to one test file. */
export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

const CLONING_LOCK = 1835627625;

/** Copies the migrated template into a database of your own; drop it in `afterAll`. */
export async function createDatabase(): Promise<TestDatabase> {
  const name = `test_${process.env.JEST_WORKER_ID ?? '0'}_${randomBytes(6).toString('hex')}`;
  await asAdmin(async (admin) => {
    // PostgreSQL refuses to copy a database somebody is connected to, and to two copyists at once it looks like that.
    await admin.query(`select pg_advisory_lock(${CLONING_LOCK})`);
    await admin.query(`create database ${name} template ${TEMPLATE}`);
  });
  const url = new URL(adminUrl());
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => asAdmin(async (admin) => void (await admin.query(`drop database if exists ${name} with (force)`))),
  };
}

function adminUrl(): string {
  const url = process.env[ADMIN_URL_VARIABLE];
  if (!url) throw new Error('No PostgreSQL for the tests: is test/support/global-setup.ts in jest.config.js?');
  return url;
}

async function asAdmin(work: (admin: Client) => Promise<void>): Promise<void> {
  const admin = new Client(adminUrl());
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
