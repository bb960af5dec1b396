import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rules of reminders as data of a plan, a ledger that also says what was not sent and why, and decisions by hand. */
export class ReminderRulesAndLedger1795400000010 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table reminder_rule (
        plan_id uuid not null constraint reminder_rule_plan_fk references action_plan on delete cascade,
        key text not null constraint reminder_rule_key_written check (key ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
        stage text not null,
        template text not null,
        audience text not null,
        anchor text not null,
        offset_days integer not null,
        unit text not null constraint reminder_rule_unit_known check (unit in ('DAYS', 'WORKING_DAYS')),
        local_time text not null constraint reminder_rule_time_of_day check (local_time ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
        lateness_hours integer not null constraint reminder_rule_lateness_positive check (lateness_hours > 0),
        is_on boolean not null,
        primary key (plan_id, key)
      )`);
    await this.ledger(db);
    await db.query(`
      create table reminder_pause (
        id uuid primary key default new_id(),
        kind text not null constraint reminder_pause_kind_known check (kind in ('HOLD', 'MUTE')),
        plan_id uuid not null constraint reminder_pause_plan_fk references action_plan on delete cascade,
        institution_id uuid constraint reminder_pause_institution_fk references institution on delete cascade,
        period_id uuid constraint reminder_pause_period_fk references reporting_period on delete cascade,
        address text constraint reminder_pause_address_lower_case check (address = lower(address)),
        audience text,
        until timestamptz,
        reason text not null,
        set_at timestamptz not null,
        set_by text not null,
        acting_as text not null,
        lifted_at timestamptz,
        lifted_by text
      )`);
    await db.query(`create index reminder_pause_plan_index on reminder_pause (plan_id) where lifted_at is null`);
    await db.query(`
      create table unsubscribe_link (
        id uuid primary key default new_id(),
        plan_id uuid not null constraint unsubscribe_link_plan_fk references action_plan on delete cascade,
        address text not null,
        audience text not null,
        secret_hash bytea not null constraint unsubscribe_link_secret_hash_unique unique,
        created_at timestamptz not null
      )`);
  }

  /** What was sent under the three stages that there were counts for the rules that say the same now. */
  private async ledger(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table reminder
        add column rule text,
        add column template text not null default 'REPORT',
        add column audience text not null default 'FOCAL_POINT',
        add column subject text,
        add column edition text not null default '',
        add column working_group_id uuid,
        add column due_on date,
        add column planned_at timestamptz,
        add column ends_at timestamptz,
        add column reason text,
        alter column period_id drop not null,
        alter column institution_id drop not null,
        alter column address drop not null,
        alter column language drop not null,
        alter column mail_id drop not null,
        drop constraint reminder_stage_known,
        drop constraint reminder_once,
        drop constraint reminder_period_fk,
        add constraint reminder_period_fk foreign key (period_id) references reporting_period on delete cascade`);
    await db.query(`
      update reminder m set rule = case m.stage when 'OPENED' then 'opened' when 'DUE_SOON' then 'due-in-14' else 'overdue-3' end,
             subject = 'check-ins/' || m.period_id || '/' || m.institution_id,
             edition = coalesce((select 'extended-' || x.due_on from period_extension x join reporting_period r on r.id = x.period_id
                                  where x.period_id = m.period_id and x.institution_id = m.institution_id and m.stage <> 'OPENED' and x.due_on > r.due_on and x.granted_at <= m.recorded_at), ''),
             due_on = (select r.due_on from reporting_period r where r.id = m.period_id),
             planned_at = m.as_of, ends_at = m.as_of + interval '7 days'`);
    await db.query(`
      alter table reminder
        alter column rule set not null,
        alter column template drop default,
        alter column audience drop default,
        alter column subject set not null,
        alter column edition drop default,
        alter column planned_at set not null,
        alter column ends_at set not null,
        add constraint reminder_sent_or_not check (mail_id is not null or reason is not null),
        add constraint reminder_sent_to_somebody check (mail_id is null or (address is not null and language is not null)),
        add constraint reminder_once unique nulls not distinct (plan_id, rule, subject, edition, address)`);
    await db.query(`create index reminder_subject_index on reminder (subject)`);
    await db.query(`create index reminder_planned_index on reminder (plan_id, planned_at)`);
    // Focal points are many and found by their institution; the others are few and wanted for a whole plan.
    await db.query(`create index contact_role_index on contact (institution_id) where role <> 'FOCAL_POINT'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop table unsubscribe_link, reminder_pause, reminder_rule`);
    await db.query(`
      delete from reminder where mail_id is null or reason is not null
        or rule not in ('opened', 'due-in-14', 'overdue-3') or period_id is null or institution_id is null`);
    await db.query(`
      delete from reminder m using reminder n
       where n.id < m.id and (n.period_id, n.institution_id, n.stage, n.address) = (m.period_id, m.institution_id, m.stage, m.address)`);
    await db.query(`drop index reminder_subject_index, reminder_planned_index, contact_role_index`);
    await db.query(`
      alter table reminder
        drop constraint reminder_once,
        drop constraint reminder_period_fk,
        drop constraint reminder_sent_or_not,
        drop constraint reminder_sent_to_somebody,
        drop column rule, drop column template, drop column audience, drop column subject, drop column edition, drop column working_group_id,
        drop column due_on, drop column planned_at, drop column ends_at, drop column reason,
        alter column period_id set not null,
        alter column institution_id set not null,
        alter column address set not null,
        alter column language set not null,
        alter column mail_id set not null,
        add constraint reminder_stage_known check (stage in ('OPENED', 'DUE_SOON', 'OVERDUE')),
        add constraint reminder_period_fk foreign key (period_id) references reporting_period,
        add constraint reminder_once unique (period_id, institution_id, stage, address)`);
  }
}
