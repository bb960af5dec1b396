import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { Settings } from '../platform/config/settings.js';
import { rows } from '../platform/database/rows.js';
import { Shutdown } from '../platform/shutdown.js';
import { SIGN_IN } from './sign-in.mails.js';
import { before, DAY } from './sign-in.terms.js';

const REQUEST_DAYS = 1;
const LINK_DAYS = 7;
const SESSION_DAYS = 90;
/** What makes a link work for whoever has it. */
const SECRET = '(/(report|sign-in|unsubscribe)/)[A-Za-z0-9_-]{20,}';
const MAILS_AT_ONCE = 5000;
/** A mail needs its links until it has left, and nobody here needs them afterwards. */
const withoutSecrets = sql`update outbox_mail
  set text_part = regexp_replace(text_part, ${SECRET}, '\\1…', 'g'), html_part = regexp_replace(html_part, ${SECRET}, '\\1…', 'g'),
      unsubscribe_url = null, secrets_gone = true
  where id in (select id from outbox_mail where status <> 'QUEUED' and not secrets_gone limit ${MAILS_AT_ONCE})`;

/** So many in one transaction: whoever else writes waits no longer than for these. */
const TEXTS_AT_ONCE = 1000;

/** What is forgotten belongs to no single thing. */
const THE_SERVICE = { type: 'Service', id: '00000000-0000-0000-0000-000000000000', planId: null };

/** What was removed, in rows. */
export interface Forgotten {
  readonly requests: number;
  readonly links: number;
  readonly sessions: number;
  readonly mails: number;
  /** Mails that left, without the secrets of their links: those are stored as hashes alone. */
  readonly secrets: number;
}

/** Removes what nobody needs any more of how people signed in. Run as often as one likes. */
@Injectable()
export class ForgetService {
  constructor(
    private readonly changes: Changes,
    private readonly settings: Settings,
    private readonly shutdown: Shutdown,
  ) {}

  forget(): Promise<Forgotten> {
    return this.changes.by(Viewer.system('forget'), 'forget', async (change) => {
      const count = async (statement: Sql) =>
        (
          await rows<{ count: number }>(
            change.tx,
            sql`with gone as (${statement} returning 1) select count(*)::int as count from gone`,
          )
        )[0]?.count ?? 0;
      const ago = (days: number) => before(change.at, days * DAY);
      const forgotten = {
        requests: await count(sql`delete from sign_in_request where at <= ${ago(REQUEST_DAYS)}`),
        links: await count(sql`delete from sign_in_link where created_at <= ${ago(LINK_DAYS)}`),
        sessions: await count(sql`delete from session where coalesce(ended_at, expires_at) <= ${ago(SESSION_DAYS)}`),
        mails: await count(
          sql`update outbox_mail set text_part = '', html_part = '', calendar_part = null where kind = ${SIGN_IN} and expires_at <= ${change.at} and text_part <> ''`,
        ),
        secrets: await count(withoutSecrets),
      };
      if (Object.values(forgotten).some((rows) => rows > 0))
        change.record('account.forgotten', THE_SERVICE, { after: forgotten });
      else change.nothingToDo();
      return forgotten;
    });
  }

  /**
   * Removes the words of mails that were sent long ago. To whom, when, about what and under which Message-ID stays, and so does
   * what keeps a reminder from being sent twice; one that did not arrive keeps its words, as nobody has read them. Answers of how many.
   */
  async forgetTexts(): Promise<number> {
    if (this.settings.MAIL_TEXT_DAYS === 0) return 0;
    let all = 0;
    for (let texts = TEXTS_AT_ONCE; texts === TEXTS_AT_ONCE && !this.shutdown.hasBegun; all += texts)
      texts = await this.forgetSomeTexts();
    return all;
  }

  private forgetSomeTexts(): Promise<number> {
    return this.changes.by(Viewer.system('forget'), 'forget', async (change) => {
      const gone = await rows(
        change.tx,
        sql`with gone as (
            update outbox_mail set text_part = '', html_part = '', calendar_part = null
             where id = any(array(select id from outbox_mail
                                   where status = 'SENT' and text_part <> '' and sent_at <= ${before(change.at, this.settings.MAIL_TEXT_DAYS * DAY)}
                                   order by sent_at limit ${TEXTS_AT_ONCE} for update skip locked))
            returning id)
          select id from gone`,
      );
      if (gone.length > 0) change.record('mail.textsForgotten', THE_SERVICE, { after: { texts: gone.length } });
      else change.nothingToDo();
      return gone.length;
    });
  }
}
