import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Chains audit entries by hash, so that a changed, removed or inserted one shows. What an entry says is hashed with a salt
 * of its own and the chain holds that hash: the words can be erased for a person's sake without breaking the chain.
 */
export class AuditChain1795400000006 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`drop trigger audit_entry_append_only on audit_entry`);
    await db.query(`alter table audit_entry
      add column number bigint,
      add column salt bytea,
      add column content_hash bytea,
      add column previous_hash bytea,
      add column hash bytea,
      alter column difference drop not null`);
    await db.query(`
      create function audit_content_hash(salt bytea, difference jsonb) returns bytea language sql immutable as $$
        select sha256(salt || convert_to(difference::text, 'UTF8'))
      $$`);
    await db.query(`
      create function audit_hash(e audit_entry) returns bytea language sql stable as $$
        select sha256(convert_to(jsonb_build_array(e.number, e.id, (extract(epoch from e.at) * 1000000)::bigint, e.actor, e.acting_as, e.action,
          e.subject_type, e.subject_id, e.plan_id, encode(e.content_hash, 'hex'), encode(e.previous_hash, 'hex'))::text, 'UTF8'))
      $$`);
    // The lock is held to the end of the transaction: the next writer sees this entry, or none when it is rolled back.
    await db.query(`
      create function chain_audit_entry() returns trigger language plpgsql as $$
      declare last audit_entry;
      begin
        perform pg_advisory_xact_lock(7164003);
        select * into last from audit_entry order by number desc limit 1;
        new.number := coalesce(last.number, 0) + 1;
        new.previous_hash := coalesce(last.hash, '\\x');
        new.salt := uuid_send(gen_random_uuid());
        new.content_hash := audit_content_hash(new.salt, new.difference);
        new.hash := audit_hash(new);
        return new;
      end $$`);
    await db.query(`
      do $$
      declare
        entry audit_entry;
        before bytea := '\\x';
        n bigint := 0;
      begin
        for entry in select * from audit_entry order by at, id loop
          n := n + 1;
          entry.number := n;
          entry.previous_hash := before;
          entry.salt := uuid_send(gen_random_uuid());
          entry.content_hash := audit_content_hash(entry.salt, entry.difference);
          entry.hash := audit_hash(entry);
          before := entry.hash;
          update audit_entry e set number = entry.number, previous_hash = entry.previous_hash, salt = entry.salt,
            content_hash = entry.content_hash, hash = entry.hash where e.id = entry.id;
        end loop;
      end $$`);
    await db.query(`alter table audit_entry
      alter column number set not null,
      add constraint audit_entry_number_unique unique (number),
      alter column content_hash set not null,
      alter column previous_hash set not null,
      alter column hash set not null`);
    await db.query(`create index audit_entry_plan_index on audit_entry (plan_id, number)`);
    await db.query(
      `create trigger audit_entry_chain before insert on audit_entry for each row execute function chain_audit_entry()`,
    );
    await db.query(`
      create function keep_audit_entry() returns trigger language plpgsql as $$
      begin
        if tg_op = 'UPDATE' and new.difference is null and new.salt is null then
          new.difference := old.difference;
          new.salt := old.salt;
          if new = old then
            new.difference := null;
            new.salt := null;
            return new;
          end if;
        end if;
        raise exception 'rows of % are never changed or removed', tg_table_name using errcode = 'integrity_constraint_violation';
      end $$`);
    await db.query(
      `create trigger audit_entry_append_only before update or delete on audit_entry for each row execute function keep_audit_entry()`,
    );
    await db.query(
      `create trigger audit_entry_never_emptied before truncate on audit_entry execute function refuse_change()`,
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`drop trigger audit_entry_chain on audit_entry`);
    await db.query(`drop trigger audit_entry_append_only on audit_entry`);
    await db.query(`drop trigger audit_entry_never_emptied on audit_entry`);
    await db.query(`drop function chain_audit_entry, keep_audit_entry, audit_hash, audit_content_hash`);
    await db.query(`drop index audit_entry_plan_index`);
    await db.query(`alter table audit_entry drop column number, drop column salt, drop column content_hash,
      drop column previous_hash, drop column hash`);
    await db.query(
      `create trigger audit_entry_append_only before update or delete or truncate on audit_entry execute function refuse_change()`,
    );
  }
}
