import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** The database that test databases are copied from; it has every table and no rows. */
export const TEMPLATE = 'mithaq_template';

/** Set by global-setup for every test: the maintenance database of the run's PostgreSQL. */
const ADMIN_URL_VARIABLE = 'MITHAQ_TEST_ADMIN_URL';

/** A database that belongs to one test file. */
export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/**
 * Copies the migrated template into a database of your own; drop it in `afterAll`. Many may do so at once, as long as
 * nobody is connected to the template.
 */
export async function createDatabase(): Promise<TestDatabase> {
  const name = `test_${process.env.JEST_WORKER_ID ?? '0'}_${randomBytes(6).toString('hex')}`;
  await onAdmin(`create database ${name} template ${TEMPLATE} strategy file_copy`);
  const url = new URL(adminUrl());
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => onAdmin(`drop database if exists ${name} with (force)`),
  };
}

function adminUrl(): string {
  const url = process.env[ADMIN_URL_VARIABLE];
  if (!url) throw new Error('No PostgreSQL for the tests: is test/support/global-setup.js in jest.config.js?');
  return url;
}

async function onAdmin(sql: string): Promise<void> {
  const admin = new Client(adminUrl());
  await admin.connect();
  try {
    await admin.query(sql);
  } finally {
    await admin.end();
  }
}
