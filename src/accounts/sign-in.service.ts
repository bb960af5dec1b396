import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { Clock } from '../platform/clock.js';
import { Settings } from '../platform/config/settings.js';
import { rows } from '../platform/database/rows.js';
import { Messages } from '../platform/i18n/messages.js';
import type { Language } from '../platform/i18n/text.js';
import type { GateAnswer } from '../platform/mail/mail-gates.js';
import { MailOutbox } from '../platform/mail/mail-outbox.js';
import { hashOf, newSecret } from './secrets.js';
import { countRequest } from './sign-in.limits.js';
import { SIGN_IN, signInMail } from './sign-in.mails.js';
import { after, DAY, LINK_MINUTES, MINUTE, SESSION_DAYS } from './sign-in.terms.js';

/** What can be done with a link, and if nothing, why. */
export type LinkState = 'READY' | 'USED' | 'EXPIRED' | 'OTHER_BROWSER' | 'UNKNOWN';

/** What a browser says of itself. */
export interface Visitor {
  /** The secret of its own that it was given when it asked for a link. */
  readonly browser: string | null;
  /** The secret of the session that it is signed in with so far. */
  readonly session: string | null;
  readonly browserName: string;
}

@Injectable()
export class SignInService {
  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
    private readonly changes: Changes,
    private readonly outbox: MailOutbox,
    private readonly messages: Messages,
    private readonly settings: Settings,
  ) {}

  /**
   * Sends a link to the address if it belongs to somebody with a role. If not, the very same statements are sent to the
   * database and find nobody: neither the answer nor the time that it takes tells who has an account.
   *
   * @throws TooManySignInRequests
   */
  async ask(asked: { address: string; network: string; browser: string; language: Language }): Promise<void> {
    const now = this.clock.now();
    const secret = newSecret();
    const secretHash = hashOf(secret);
    const expiresAt = after(now, LINK_MINUTES * MINUTE);
    const content = signInMail(this.messages, asked.language, secret, this.settings.PUBLIC_URL);
    await this.db.transaction(async (tx) => {
      await countRequest(tx, asked.address, asked.network, now);
      await rows(
        tx,
        sql`insert into sign_in_link (person_id, secret_hash, browser_hash, created_at, expires_at)
          select p.id, ${secretHash}, ${hashOf(asked.browser)}, ${now}, ${expiresAt} from person p where p.email = ${asked.address} and ${HAS_ROLE}`,
      );
      await this.outbox.queue(
        tx,
        { ...content, key: keyOf(secretHash), kind: SIGN_IN, to: { address: asked.address }, expiresAt },
        sql`exists (select from sign_in_link where secret_hash = ${secretHash})`,
      );
    });
  }

  /** Looks at a link without using it. */
  async look(secret: string, browser: string | null): Promise<LinkState> {
    const [link] = await rows<{ isUsed: boolean; expiresAt: Date; browserHash: Buffer }>(
      this.db,
      sql`select used_at is not null as "isUsed", expires_at as "expiresAt", browser_hash as "browserHash" from sign_in_link where secret_hash = ${hashOf(secret)}`,
    );
    if (!link) return 'UNKNOWN';
    if (link.isUsed) return 'USED';
    if (link.expiresAt <= this.clock.now()) return 'EXPIRED';
    return browser !== null && hashOf(browser).equals(link.browserHash) ? 'READY' : 'OTHER_BROWSER';
  }

  /** Uses the link up and opens a session. Answers its secret; null when the link is not good, see `look`. */
  use(secret: string, visitor: Visitor): Promise<string | null> {
    const used = sql`update sign_in_link l set used_at = ${this.clock.now()} from person p
      where l.secret_hash = ${hashOf(secret)} and l.browser_hash = ${hashOf(visitor.browser ?? '')}
        and l.used_at is null and l.expires_at > ${this.clock.now()} and p.id = l.person_id and ${HAS_ROLE}
      returning l.person_id`;
    return this.open(used, visitor);
  }

  /** Opens a session for whoever has that address, proved elsewhere. Answers its secret; null when nobody with a role has it. */
  useAddress(address: string, visitor: Visitor): Promise<string | null> {
    return this.open(sql`select p.id as person_id from person p where p.email = ${address} and ${HAS_ROLE}`, visitor);
  }

  /** Whether a mail with a link is still of use. */
  async lookAgain({ key }: { key: string }): Promise<GateAnswer> {
    const secretHash = Buffer.from(key.slice(SIGN_IN.length + 1), 'hex');
    const [link] = await rows(
      this.db,
      sql`select from sign_in_link where secret_hash = ${secretHash} and used_at is null and expires_at > ${this.clock.now()}`,
    );
    return link ? { send: true } : { send: false, reason: 'LINK_OVER' };
  }

  /** @param whose a statement that answers `person_id`, once at most */
  private open(whose: Sql, visitor: Visitor): Promise<string | null> {
    const secret = newSecret();
    return this.changes.by(Viewer.system('sign-in'), 'signIn', async (change) => {
      const [session] = await rows<{ id: string; personId: string }>(
        change.tx,
        sql`with proved as (${whose})
          insert into session (person_id, secret_hash, created_at, last_seen_at, expires_at, browser)
          select person_id, ${hashOf(secret)}, ${change.at}, ${change.at}, ${after(change.at, SESSION_DAYS * DAY)}, ${visitor.browserName} from proved
          returning id, person_id as "personId"`,
      );
      if (!session) {
        change.nothingToDo();
        return null;
      }
      if (visitor.session)
        await rows(
          change.tx,
          sql`update session set ended_at = ${change.at} where secret_hash = ${hashOf(visitor.session)} and ended_at is null`,
        );
      change.record(
        'session.opened',
        { type: 'Session', id: session.id, planId: null },
        { before: null, after: { person: session.personId } },
      );
      return secret;
    });
  }
}

/** Of the person `p`. Somebody whose last role was taken away has nothing to sign in for. */
const HAS_ROLE = sql`exists (select from role_grant g where g.person_id = p.id and g.revoked_at is null)`;

const keyOf = (secretHash: Buffer): string => `${SIGN_IN}:${secretHash.toString('hex')}`;
