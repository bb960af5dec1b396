import sql, { type Sql } from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import { rows } from '../platform/database/rows.js';
import type { EventFacts, StoredEventType } from './public-event.js';

/** What may be told of the thing with this id, read in the transaction that changes it; null when there is none. */
export async function factsOf(tx: EntityManager, type: StoredEventType, id: string): Promise<EventFacts | null> {
  const [found] = await rows<EventFacts>(tx, STATEMENTS[type](id));
  return found ?? null;
}

const checkIn = (id: string): Sql =>
  sql`select jsonb_build_object('plan', p.key, 'checkIn', k.id, 'commitment', c.number, 'institution', i.key, 'period', r.key, 'status', k.status, 'version', k.version) as data,
             c.title, p.language
        from check_in k
        join commitment c on c.id = k.commitment_id
        join action_plan p on p.id = k.plan_id
        join institution i on i.id = k.institution_id
        join reporting_period r on r.id = k.period_id
       where k.id = ${id}`;

const publication = (id: string): Sql =>
  sql`select jsonb_build_object('plan', p.key, 'publication', q.id, 'period', q.period_key, 'version', q.version, 'sha256', q.sha256) as data, p.title, p.language
        from publication q join action_plan p on p.id = q.plan_id
       where q.id = ${id}`;

const milestone = (id: string): Sql =>
  sql`select jsonb_build_object('plan', p.key, 'milestone', m.id, 'commitment', c.number, 'number', m.number, 'dueDate', m.due_on,
               'previousDueDate', (select d.previous_due_on from milestone_due_date d where d.milestone_id = m.id order by d.changed_at desc, d.id desc limit 1),
               'originalDueDate', m.original_due_on) as data, m.title, p.language
        from milestone m join commitment c on c.id = m.commitment_id join action_plan p on p.id = c.plan_id
       where m.id = ${id}`;

const assessment = (id: string): Sql =>
  sql`select jsonb_build_object('plan', p.key, 'assessment', a.id, 'kind', a.kind, 'commitment', c.number, 'filedDate', a.filed_on) as data,
             coalesce(c.title, p.title) as title, p.language
        from assessment a join action_plan p on p.id = a.plan_id left join commitment c on c.id = a.commitment_id
       where a.id = ${id}`;

const ping = (id: string): Sql =>
  sql`select jsonb_build_object('plan', p.key, 'webhook', w.id) as data, null as title, p.language
        from webhook w join action_plan p on p.id = w.plan_id
       where w.id = ${id}`;

const STATEMENTS: Readonly<Record<StoredEventType, (id: string) => Sql>> = {
  PUBLICATION_PUBLISHED: publication,
  CHECK_IN_SUBMITTED: checkIn,
  CHECK_IN_VERIFIED: checkIn,
  CHECK_IN_PUBLISHED: checkIn,
  CHECK_IN_REOPENED: checkIn,
  MILESTONE_RESCHEDULED: milestone,
  ASSESSMENT_FILED: assessment,
  PING: ping,
};
