import type pg from 'pg';
import { hashOf, newTokenSecret } from '../../src/accounts/secrets.js';
import type { Asked } from '../serving/asking.js';

/** A check-in that is owed, with all ids that its statements name. */
export interface Owed {
  readonly checkIn: string;
  readonly commitment: string;
  readonly plan: string;
  readonly institution: string;
  readonly period: string;
  readonly token: string;
  readonly milestones: readonly string[];
  readonly secret: string;
}

/** A period that opened on the day, with a check-in that nobody has written in for each that is owed. */
export async function openPeriod(db: pg.Client, day: string): Promise<void> {
  await db.query(
    `insert into reporting_period (plan_id, key, starts_on, ends_before, opens_on, due_on, closes_on, opens_at, due_before, closes_before, is_stub)
     select p.id, 'open', d.day - 90, d.day, d.day, d.day + 13, d.day + 44, d.day::timestamp at time zone p.time_zone,
            (d.day + 14)::timestamp at time zone p.time_zone, (d.day + 45)::timestamp at time zone p.time_zone, false
       from action_plan p cross join (select $1::date as day) d`,
    [day],
  );
  await db.query(
    `insert into check_in (plan_id, commitment_id, institution_id, period_id)
     select c.plan_id, c.id, i.institution_id, r.id from commitment c
       join commitment_institution i on i.commitment_id = c.id join reporting_period r on r.plan_id = c.plan_id and r.key = 'open'`,
  );
}

/**
 * Everything that is owed, each by its institution's token. That a token was used is written once a minute, which would be
 * now and then: their last use lies ahead, so that nobody writes it.
 */
export async function owedWithTokens(db: pg.Client, day: string): Promise<Owed[]> {
  const { rows: institutions } = await db.query<{ plan: string; institution: string }>(
    `select distinct plan_id as plan, institution_id as institution from check_in where status = 'EXPECTED'`,
  );
  const secrets = institutions.map(() => newTokenSecret());
  const { rows: tokens } = await db.query<{ id: string; institution_id: string }>(
    `insert into token (name, secret_hash, role, plan_id, institution_id, scopes, created_at, expires_at, last_used_at)
     select 'bench', t.hash, 'FOCAL_POINT', t.plan, t.institution, '{WRITE_CHECK_INS}', $4::date, $4::date + 365, $4::date + 364
       from unnest($1::bytea[], $2::uuid[], $3::uuid[]) t (hash, plan, institution) returning id, institution_id`,
    [
      secrets.map(hashOf),
      institutions.map(({ plan }) => plan),
      institutions.map(({ institution }) => institution),
      day,
    ],
  );
  const tokenOf = new Map(tokens.map(({ id, institution_id: institution }) => [institution, id]));
  const secretOf = new Map(institutions.map(({ institution }, at) => [institution, secrets[at]]));
  const { rows } = await db.query<Omit<Owed, 'token' | 'secret'>>(
    `select k.id as "checkIn", k.commitment_id as commitment, k.plan_id as plan, k.institution_id as institution, k.period_id as period,
            array(select id from milestone m where m.commitment_id = k.commitment_id order by number) as milestones
       from check_in k where k.status = 'EXPECTED' order by k.id`,
  );
  return rows.map((row) => ({
    ...row,
    token: tokenOf.get(row.institution) ?? '',
    secret: secretOf.get(row.institution) ?? '',
  }));
}

const SUBMIT = `mutation ($input: CheckInSubmitInput!) { checkInSubmit(input: $input) { checkIn { id status version submittedAt } } }`;

/** It is handed in whole: texts, every milestone and a link. */
export function submitting(url: string, owed: Owed): Asked {
  const report = {
    movement: 'CLEAR',
    progress: 'The council met four times and published what it decided. '.repeat(4),
    language: 'en',
    milestones: owed.milestones.map((milestone) => ({ milestone, status: 'IN_PROGRESS', percent: 40 })),
    evidence: [{ url: 'https://minutes.example.org/2025-q4', title: 'Minutes' }],
  };
  return {
    url,
    headers: { authorization: `Bearer ${owed.secret}` },
    body: JSON.stringify({ query: SUBMIT, variables: { input: { checkIn: owed.checkIn, version: 0, report } } }),
  };
}
