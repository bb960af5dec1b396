import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import { assertMay } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { rows } from '../platform/database/rows.js';
import { Erasures } from './erasures.js';
import { PersonNotFound } from './people.errors.js';
import { hashOf } from './secrets.js';
import { INVITATION, SIGN_IN } from './sign-in.mails.js';

const MOST_CONTACTS = 50;

interface Known {
  readonly email: string;
  readonly name: string | null;
}

/** Forgets a person on request. What they did stays on record under an id that leads to nobody. */
@Injectable()
export class ErasureService {
  constructor(
    private readonly changes: Changes,
    private readonly erasures: Erasures,
  ) {}

  /** Answers the ids of contacts with the same address: they belong to plan files, and are not touched. */
  erase(viewer: Viewer, personId: string): Promise<string[]> {
    assertMay(viewer, 'personErase');
    return this.changes.by(viewer, 'personErase', async (change) => {
      change.allow({});
      const { tx, at } = change;
      const [known] = await rows<Known>(
        tx,
        sql`select email, name from person where id = ${personId} and erased_at is null for update`,
      );
      if (!known) throw new PersonNotFound({}, 'person');
      const contacts = await rows<{ id: string }>(
        tx,
        sql`select id from contact where lower(email) = ${known.email} order by id limit ${MOST_CONTACTS}`,
      );
      await signOutForGood(tx, personId, at);
      await rows(tx, sql`update person set email = null, name = null, erased_at = ${at} where id = ${personId}`);
      await rows(tx, sql`delete from sign_in_request where address_hash = ${hashOf(known.email)}`);
      if (contacts.length === 0) await rows(tx, sql`delete from undeliverable_address where address = ${known.email}`);
      // An address that is a contact's as well stays in use, and is reported.
      if (contacts.length === 0)
        await this.erasures.carryOut(tx, { email: known.email, instead: `${personId}@erased.invalid` });
      await blankMails(tx, known.email, contacts.length > 0);
      const redacted = await redactEntries(tx, known);
      change.record(
        'person.erased',
        { type: 'Person', id: personId, planId: null },
        { after: { contactsLeft: contacts.length, entriesRedacted: redacted } },
      );
      return contacts.map(({ id }) => id);
    });
  }
}

async function signOutForGood(tx: EntityManager, personId: string, at: Date): Promise<void> {
  await rows(tx, sql`update role_grant set revoked_at = ${at} where person_id = ${personId} and revoked_at is null`);
  await rows(
    tx,
    sql`update session set ended_at = coalesce(ended_at, ${at}::timestamptz), browser = '' where person_id = ${personId}`,
  );
  await rows(tx, sql`delete from sign_in_link where person_id = ${personId}`);
}

/** A mail that waits for a contact with the same address still leaves; all others are emptied, sent or not. */
async function blankMails(tx: EntityManager, email: string, isContact: boolean): Promise<void> {
  await rows(
    tx,
    sql`update outbox_mail
           set status = case status when 'QUEUED' then 'SUPPRESSED' else status end,
               reason = case status when 'QUEUED' then 'ERASED' else reason end,
               to_address = '', to_name = null, subject = '', text_part = '', html_part = '', calendar_part = null, unsubscribe_url = null,
               smtp_answer = null
         where lower(to_address) = ${email}
           and not (${isContact}::boolean and status = 'QUEUED' and kind not in (${SIGN_IN}, ${INVITATION}))`,
  );
}

/** Entries name people by id; where the words of one hold their address or name all the same, these words go. */
async function redactEntries(tx: EntityManager, { email, name }: Known): Promise<number> {
  const redacted = await rows(
    tx,
    sql`with redacted as (update audit_entry set difference = null, salt = null
          where difference is not null and (strpos(lower(difference::text), ${email}) > 0
             or (${name}::text is not null and strpos(difference::text, to_jsonb(${name}::text)::text) > 0)) returning id)
        select id from redacted`,
  );
  return redacted.length;
}
