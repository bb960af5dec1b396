import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlanFileRefused, PlanOfAnotherMember } from '../../src/interchange/plan-import.errors.js';
import { allRows } from '../support/all-rows.js';
import { TestApp } from '../support/app.js';
import { given, greaterSalt } from '../support/given.js';
import { editsOf, type Json } from '../support/json-edits.js';
import { mithaq } from '../support/service.js';
import { unseenPlan } from '../support/unseen-plan.js';

const IMPORT = `mutation ($file: String!, $dryRun: Boolean! = false) { planImport(input: { file: $file, dryRun: $dryRun }) { changeCount } }`;

/** The first command after a change says that it builds. */
const lastLine = (text: string) => text.trim().split('\n').at(-1);

let app: TestApp;
let admin: Record<string, string>;
beforeAll(async () => {
  app = await TestApp.start({ now: '2024-07-01T08:00+03:00' });
  admin = await app.as('ADMIN');
});
afterAll(() => app.close());

describe('whatever the reader takes', () => {
  const odd = fc.constantFrom<Json>(
    -0,
    1,
    31,
    '2024-02',
    '2199-12-31',
    '1900-01-01',
    'x',
    '\u202e💧',
    {},
    [],
    'works',
    'LEAD',
  );
  const documents = [given.plan(), unseenPlan(), greaterSalt()].map((file) => editsOf(JSON.stringify(file), odd));

  it('the database takes too, and has nothing to change when it comes again', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(...documents), async (content) => {
        const report = await app.import(content).catch((error: unknown) => {
          // What is wrong with the file, and a plan that would change hands, are refused on purpose.
          if (error instanceof PlanFileRefused || error instanceof PlanOfAnotherMember) return null;
          throw error;
        });
        if (!report) return;
        taken += 1;
        expect((await app.import(content)).changes).toEqual([]);
      }),
      { numRuns: 1500 },
    );
    console.log('TAKEN', taken);
    expect(taken).toBeGreaterThan(5);
  }, 900_000);
});
