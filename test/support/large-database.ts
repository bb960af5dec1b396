import pg from 'pg';
import { fill } from '../../bench/reading/fill.js';

/** Of many plans of the usual size, and of the one that has more of everything than anybody pages through. */
export const USUAL_PLAN = 'plan-7';
export const LARGE_PLAN = 'plan-1';
/** In the last quarter of every plan. */
export const NOW = '2024-12-15T09:00+03:00';

const SIZE = {
  plans: 250,
  commitmentsOfPlan: 5,
  commitmentsOfFirstPlan: 1_100,
  milestonesOfCommitment: 2,
  quarters: 4,
  institutionsOfPlan: 10,
};
/** Tables of which there would be many more rows than are written here: so they fill as many pages as if there were. */
const SPREAD_OUT = [
  'action_plan',
  'assessment',
  'check_in_correction',
  'milestone_due_date',
  'publication',
  'check_in_draft',
  'commitment_institution',
  'contact',
  'institution',
  'milestone',
  'period_extension',
].concat([
  'person',
  'reporting_period',
  'role_grant',
  'token',
  'undeliverable_address',
  'verification',
  'webhook',
  'working_group',
  'member',
]);
/** Plans of which no more than the title is known. */
const BARE_PLANS = 1_500;

/**
 * Fills a database so that every list has rows and no table that grows is too small for PostgreSQL to look for an index.
 * In SQL and without triggers, so that it takes seconds.
 */
export async function fillLarge(url: string): Promise<void> {
  const db = new pg.Client(url);
  await db.connect();
  try {
    await db.query(`set session_replication_role = replica`);
    for (const table of SPREAD_OUT) await db.query(`alter table ${table} set (fillfactor = 10)`);
    await fill(db, SIZE);
    for (const statement of [...PLANS, ...REPORTS, ...ACCOUNTS, ...RECORDS]) await db.query(statement);
    await db.query('vacuum analyze');
  } finally {
    await db.end();
  }
}

const said = (words: string): string =>
  `jsonb_build_object('en', jsonb_build_object('text', ${words}, 'origin', 'ORIGINAL'))`;
const upTo = (most: number): string => `cross join generate_series(1, ${most}) n`;
const BY = `'2024-05-01', 'officer', 'MEL_OFFICER'`;

const PLANS = [
  `insert into member (key, name, kind, country) select 'titled-' || n, ${said(`'Bare ' || n`)}, 'LOCAL', 'JO' from generate_series(1, ${BARE_PLANS}) n`,
  `insert into action_plan (key, member_id, title, language, time_zone, ends_on)
   select m.key, m.id, m.name, 'en', 'Asia/Amman', date '2020-01-01' + right(m.key, 3)::integer % 900 from member m where m.key like 'titled-%' and m.key ~ '\\d{3}$'`,
  `insert into reporting_period (plan_id, key, starts_on, ends_before, opens_on, due_on, closes_on, opens_at, due_before, closes_before, is_stub)
   select p.id, '2020-Q' || n, date '2020-01-01' + n * 90, date '2020-03-31' + n * 90, '2021-01-01', '2021-01-14', '2021-02-01', '2021-01-01', '2021-01-15', '2021-02-01', false
     from action_plan p ${upTo(4)} where p.key like 'titled-%'`,
  `insert into plan_participation (plan_id, institution_id, role, position)
   select p.id, i.id, (array['LEAD', 'SUPPORTING', 'MONITORING_BODY', 'ENDORSER', 'CO_CREATOR', 'STEERING', 'FORUM', 'COUNCIL'])[n], n
     from action_plan p ${upTo(8)} join institution i on i.member_id = p.member_id and i.key = 'unit-' || n`,
  `insert into contact (institution_id, key, role, name, email, language, position)
   select i.id, 'contact-' || n, (array['FOCAL_POINT', 'HEAD'])[n], 'Somebody', 'c' || n || '.' || i.key || '.' || i.member_id || '@example.org', 'ar', n
     from institution i ${upTo(2)} where n = 1 or i.key < 'unit-5'`,
  `insert into undeliverable_address (address, since, kind, reason) select email, now(), 'BOUNCED', '550 unknown' from contact where email like 'c1.unit-9%'
   union all select 'a' || n || '@example.org', now(), 'BOUNCED', '550 unknown' from generate_series(1, 3000) n`,
  `insert into working_group (plan_id, key, name, coordinator_institution_id)
   select p.id, 'group-' || n, ${said(`'Group ' || n`)}, (select id from institution i where i.member_id = p.member_id and i.key = 'unit-1')
     from action_plan p cross join lateral generate_series(1, case p.key when '${LARGE_PLAN}' then 60 else 2 end) n where p.key like 'plan-%'`,
  `insert into working_group_member (working_group_id, institution_id, position)
   select g.id, i.id, row_number() over (partition by g.id) from working_group g join action_plan p on p.id = g.plan_id join institution i on i.member_id = p.member_id`,
  `insert into meeting (plan_id, working_group_id, status, day, created_at, created_by)
   select plan_id, id, 'PLANNED', date '2024-04-01' + n * 60, now(), 'officer' from working_group ${upTo(4)}`,
  `update commitment c set policy_areas = array['WATER', 'AREA ' || c.number % 40], ogp_values = array['CIVIC_PARTICIPATION'],
     working_group_id = (select id from working_group g where g.plan_id = c.plan_id and g.key = 'group-' || 1 + c.number % 2),
     title = jsonb_set(c.title, '{ar,text}', to_jsonb(c.title->'ar'->>'text' || ' ' || (array['مياه', 'نقل', 'صحة', 'شباب'])[1 + c.number % 4] || case when c.number = 4 then ' ' || p.key else '' end))
     from action_plan p where p.id = c.plan_id`,
  `insert into period_extension (period_id, institution_id, due_on, closes_on, due_before, closes_before, reason, granted_by, granted_at)
   select r.id, i.id, r.closes_on, r.closes_on, r.closes_before, r.closes_before, 'Elections', 'officer', r.opens_at
     from reporting_period r join action_plan p on p.id = r.plan_id join institution i on i.member_id = p.member_id `,
  `insert into milestone_due_date (milestone_id, due_on, previous_due_on, reason, changed_at, changed_by, acting_as) select id, due_on, due_on - 30, 'Elections', ${BY} from milestone`,
];

const REPORTS = [
  `update check_in k set status = case when c.number % 4 = 3 then 'EXPECTED' when c.number % 4 = 2 then 'PUBLISHED' when c.number % 4 = 1 then 'VERIFIED' else 'SUBMITTED' end,
     submitted_at = case when c.number % 4 < 3 then k.submitted_at + c.number * interval '1 second' end, punctuality = case when c.number % 4 < 3 then 'ON_TIME' end
     from commitment c where c.id = k.commitment_id`,
  `delete from milestone_update u using check_in k where k.id = u.check_in_id and k.status = 'EXPECTED'`,
  `insert into check_in_revision (check_in_id, version, status, report, saved_at, saved_by, plan_id, institution_id)
   select id, 1, 'SUBMITTED', jsonb_build_object('progress', progress), submitted_at, 'unit', plan_id, institution_id from check_in where status <> 'EXPECTED'`,
  `insert into check_in_draft (check_in_id, plan_id, institution_id, version, report, saved_at, saved_by)
   select id, plan_id, institution_id, 1, '{"progress": "So far", "milestones": [], "evidence": []}', now(), 'unit' from check_in where status = 'EXPECTED'`,
  `insert into evidence (check_in_id, milestone_id, kind, url, position)
   select k.id, (select id from milestone m where m.commitment_id = k.commitment_id and m.number = 1), 'LINK', 'https://example.org/' || k.id, 1 from check_in k where status <> 'EXPECTED'`,
  `insert into evidence_check (evidence_id, checked_at, outcome) select id, now(), 'OK' from evidence`,
  `insert into evidence_file (check_in_id, plan_id, institution_id, milestone_id, name, media_type, size, sha256, storage_key, uploaded_at, uploaded_by, claimed_at)
   select k.id, k.plan_id, k.institution_id, (select id from milestone m where m.commitment_id = k.commitment_id and m.number = 2), 'minutes.pdf', 'application/pdf', 10, 'x', new_id(), now(), 'unit', now()
     from check_in k where status = 'SUBMITTED'`,
  `insert into verification (check_in_id, plan_id, claim_version, finding, evidence, verified_at, verified_by, acting_as)
   select id, plan_id, 1, 'Seen.', '[{"url": "https://example.org", "title": "Seen"}]', ${BY} from check_in where status in ('VERIFIED', 'PUBLISHED')`,
  `insert into verified_milestone (verification_id, milestone_id, status)
   select v.id, m.id, 'COMPLETED' from verification v join check_in k on k.id = v.check_in_id join milestone m on m.commitment_id = k.commitment_id`,
  `insert into check_in_comment (check_in_id, plan_id, institution_id, text, written_at, written_by, acting_as)
   select id, plan_id, institution_id, 'Where is the list?', ${BY} from check_in where status <> 'EXPECTED'`,
  `insert into check_in_correction (check_in_id, reason, reopened_at, reopened_by, acting_as) select id, 'A wrong figure.', ${BY} from check_in where status = 'SUBMITTED'`,
  `insert into assessment (plan_id, commitment_id, institution_id, kind, filed_on, filed_at, filed_by, acting_as, summary)
   select c.plan_id, c.id, (select institution_id from plan_participation a where a.plan_id = c.plan_id and a.role = 'MONITORING_BODY'), 'END_OF_COMMITMENT', '2024-06-01',
          timestamptz '2024-06-01' + c.number * interval '1 minute', 'monitor', 'MONITORING_BODY', 'Clear.' from commitment c`,
  `insert into publication (plan_id, period_id, period_key, version, content, sha256, reports, difference, reason, published_at, published_by, acting_as)
   select plan_id, id, key, n, '{}', encode(sha256('{}'), 'hex'), '{"expected": 1, "received": 1, "late": 0, "verified": 0, "published": 0, "onlyClaimed": 0}',
          '{"since": null, "added": 0, "changed": 0, "removed": 0, "late": 0, "rows": []}', case when n > 1 then 'A wrong figure' end, closes_before + n * interval '1 day', 'officer', 'MEL_OFFICER'
     from reporting_period r cross join lateral generate_series(1, case when key < '2024' then 0 when plan_id = (select id from action_plan where key = '${LARGE_PLAN}') then 15 else 1 end) n`,
];

const ACCOUNTS = [
  `insert into person (email, name, language, created_at) select 'p' || n || '.' || key || '@example.org', 'Somebody', 'ar', timestamptz '2024-01-01' + n * interval '1 hour' from action_plan ${upTo(4)} where key like 'plan-%'`,
  `insert into role_grant (person_id, role, plan_id, institution_id, granted_at, granted_by)
   select n.id, 'FOCAL_POINT', p.id, (select id from institution i where i.member_id = p.member_id and i.key = 'unit-3'), now(), 'system'
     from person n join action_plan p on p.key = split_part(split_part(n.email, '.', 2), '@', 1)`,
  `insert into token (name, secret_hash, role, plan_id, institution_id, created_at, expires_at)
   select 'Program ' || n, convert_to(p.key || n, 'UTF8'), 'FOCAL_POINT', p.id, i.id, timestamptz '2024-01-01' + n * interval '1 hour', '2030-01-01'
     from action_plan p ${upTo(5)} join institution i on i.member_id = p.member_id and i.key = 'unit-' || n`,
  `insert into outbox_mail (key, kind, message_id, to_address, language, subject, text_part, html_part, status, queued_at, next_attempt_at, expires_at, sent_at)
   select r.id || i.key, 'reminder', r.id || i.key || '@example.org', i.key || '@example.org', 'ar', 'Reminder', 'Please.', 'Please.', 'SENT', r.opens_at, r.opens_at, r.closes_before, r.opens_at
     from reporting_period r join action_plan p on p.id = r.plan_id join institution i on i.member_id = p.member_id`,
  `insert into reminder (plan_id, period_id, institution_id, stage, template, audience, rule, subject, edition, address, language, as_of, recorded_at, planned_at, ends_at, mail_id)
   select r.plan_id, r.id, i.id, 'OPENED', 'REPORT', 'FOCAL_POINT', 'opened', r.id || '/' || i.id, n, i.key || '@example.org', 'ar', r.opens_at, r.opens_at + n * interval '1 minute', r.opens_at, r.closes_before, o.id
     from reporting_period r join action_plan p on p.id = r.plan_id join institution i on i.member_id = p.member_id join outbox_mail o on o.key = r.id || i.key
    cross join lateral generate_series(1, case p.key when '${LARGE_PLAN}' then 40 else 1 end) n`,
  `insert into reminder_pause (kind, plan_id, institution_id, period_id, reason, set_at, set_by, acting_as)
   select 'HOLD', r.plan_id, i.id, r.id, 'Elections', r.opens_at, 'officer', 'MEL_OFFICER' from reporting_period r join action_plan p on p.id = r.plan_id join institution i on i.member_id = p.member_id and i.key = 'unit-4'`,
  `insert into report_link (plan_id, period_id, institution_id, secret_hash, created_at)
   select r.plan_id, r.id, i.id, convert_to(r.id || i.key, 'UTF8'), r.opens_at from reporting_period r join action_plan p on p.id = r.plan_id join institution i on i.member_id = p.member_id`,
];

const RECORDS = [
  `insert into audit_entry (at, number, actor, acting_as, action, subject_type, subject_id, plan_id, difference, salt, content_hash, previous_hash, hash)
   select at, row_number() over (order by at, subject_id), 'officer', 'MEL_OFFICER', action, kind, subject_id, plan_id, '{}', '', '', '', ''
     from (select action, kind, subject_id, plan_id, at + ('x' || left(md5(subject_id::text), 5))::bit(20)::integer * interval '1 second' as at from (
           select timestamptz '2024-01-01' as at, 'plan.imported' as action, 'ActionPlan' as kind, id as subject_id, id as plan_id from action_plan where key like 'plan-%'
           union all select opens_at, 'period.extended', 'ReportingPeriod', id, plan_id from reporting_period where key > '2024'
           union all select saved_at - interval '1 day', 'checkIn.draftSaved', 'CheckIn', id, plan_id from check_in
           union all select submitted_at, 'checkIn.submitted', 'CheckIn', id, plan_id from check_in where submitted_at is not null
           union all select submitted_at + interval '3 days', 'checkIn.published', 'CheckIn', id, plan_id from check_in where status = 'PUBLISHED') e) spread`,
  `insert into public_event (number, type, plan_id, subject_id, happened_at, facts)
   select row_number() over (order by submitted_at), 'CHECK_IN_SUBMITTED', plan_id, id, submitted_at, '{"data": {"plan": "plan-1", "checkIn": "1"}, "title": null, "language": "ar"}' from check_in where status <> 'EXPECTED'`,
  `insert into webhook (plan_id, owner, url, target, events, created_at)
   select id, 'TOKEN:' || n, 'https://example.org', 'example.org:443', '{CHECK_IN_SUBMITTED}', timestamptz '2024-01-01' + n * interval '1 day'
     from action_plan p cross join lateral generate_series(1, case p.key when '${LARGE_PLAN}' then 60 else 4 end) n where key like 'plan-%'`,
  `insert into webhook_delivery (webhook_id, event_id, status, queued_at, next_attempt_at)
   select w.id, e.id, 'DELIVERED', e.happened_at, e.happened_at from webhook w join public_event e on e.plan_id = w.plan_id where w.owner = 'TOKEN:4'`,
  `insert into webhook_attempt (delivery_id, attempted_at, outcome, http_status) select id, queued_at, 'DELIVERED', 200 from webhook_delivery`,
  ...['commitment', 'milestone', 'check_in', 'institution', 'action_plan'].map(
    (table) =>
      `insert into as_of.former_row (table_name, row_key, until) select '${table}', id::text, timestamptz '2024-01-01' from ${table}`,
  ),
];
