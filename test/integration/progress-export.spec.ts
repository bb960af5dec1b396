import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { TestApp } from '../support/app.js';
import { startBuilt } from '../support/built-process.js';
import { given } from '../support/given.js';

const [COMMITMENTS, AGENCIES] = [1_000, 20];

interface Written {
  readonly lines: number;
  readonly megabytes: number;
  readonly grown: number;
  readonly seconds: number;
}

describe('the export of very many check-ins', () => {
  it('takes memory for a few rows, not for all of them', async () => {
    const app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    try {
      await app.import(given.plan({ commitments: [] }));
      for (const statement of [
        `insert into commitment (plan_id, number, title)
         select p.id, n, '{"en": {"text": "Open the council", "origin": "ORIGINAL"}}' from action_plan p, generate_series(1, ${COMMITMENTS}) n`,
        `insert into institution (member_id, key, name, kind)
         select m.id, 'agency-' || n, '{"en": {"text": "An agency", "origin": "ORIGINAL"}}', 'GOVERNMENT' from member m, generate_series(1, ${AGENCIES}) n`,
        `insert into commitment_institution (commitment_id, institution_id, role, position)
         select c.id, i.id, 'LEAD', 0 from commitment c, institution i where i.key like 'agency-%'`,
        `insert into check_in (plan_id, commitment_id, institution_id, period_id, status, version, movement, progress, submitted_at, submitted_by, punctuality)
         select c.plan_id, c.id, n.institution_id, r.id, 'SUBMITTED', 1, 'CLEAR', repeat('The council met. ', 90), '2024-04-02T08:00Z', 'person:x', 'ON_TIME'
           from commitment c join commitment_institution n on n.commitment_id = c.id join reporting_period r on r.plan_id = c.plan_id and r.key = '2024-Q1'`,
        'analyze',
      ])
        await app.db.query(statement);
      const child = await startBuilt(
        'export-process',
        {
          PATH: process.env['PATH'],
          DATABASE_URL: app.databaseUrl,
          NOW: '2024-04-05T08:00+03:00',
          PLAN: 'testville-2024',
        },
        // As much as the service takes when it does nothing, and little more.
        ['--max-old-space-size=192'],
      );
      const [{ csv, xlsx }] = (await once(child, 'message')) as [{ csv: Written; xlsx: Written }];
      for (const [name, { megabytes, grown, seconds }] of Object.entries({ csv, xlsx }))
        process.stdout.write(
          `${name}: ${megabytes.toFixed(1)} MB written in ${seconds.toFixed(1)} s, ${Math.round(grown)} MB of memory more.\n`,
        );
      expect(csv.lines).toBe(COMMITMENTS * AGENCIES + 1);
      expect(csv.megabytes).toBeGreaterThan(30);
      expect(csv.grown).toBeLessThan(50);
      expect(xlsx.megabytes).toBeGreaterThan(1);
      expect(xlsx.grown).toBeLessThan(70);
    } finally {
      await app.close();
    }
  }, 180_000);
});
