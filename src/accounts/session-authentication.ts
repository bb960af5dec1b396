import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { Viewer, type Grant } from '../platform/access/viewer.js';
import { Clock } from '../platform/clock.js';
import { rows } from '../platform/database/rows.js';
import { hashOf } from './secrets.js';
import { before, DAY, MINUTE, SESSION_IDLE_DAYS } from './sign-in.terms.js';

interface Open {
  readonly id: string;
  readonly personId: string;
  readonly lastSeenAt: Date;
  readonly grants: readonly Grant[];
}

/** Tells by the secret of a session who asks. Roles are read every time: one that was taken away is gone at once. */
@Injectable()
export class SessionAuthentication {
  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Null when there is no such session, or no more. */
  async viewerOf(secret: string): Promise<Viewer | null> {
    const now = this.clock.now();
    const session = await this.open(hashOf(secret), now);
    if (!session) return null;
    await this.noteUse(session, now);
    return Viewer.person(session.personId, session.grants, session.id);
  }

  private async open(secretHash: Buffer, now: Date): Promise<Open | undefined> {
    const [session] = await rows<Open>(
      this.db,
      sql`select s.id, s.person_id as "personId", s.last_seen_at as "lastSeenAt",
                 coalesce((select jsonb_agg(jsonb_build_object('role', g.role, 'planId', g.plan_id, 'institutionId', g.institution_id) order by g.granted_at, g.id)
                             from role_grant g where g.person_id = s.person_id and g.revoked_at is null), '[]') as grants
            from session s
           where s.secret_hash = ${secretHash} and s.ended_at is null and s.expires_at > ${now}
             and s.last_seen_at > ${before(now, SESSION_IDLE_DAYS * DAY)}`,
    );
    return session;
  }

  /** To the minute: a write for every read would cost more than it tells. */
  private async noteUse({ id, lastSeenAt }: Open, now: Date): Promise<void> {
    if (now.getTime() - lastSeenAt.getTime() < MINUTE) return;
    await rows(this.db, sql`update session set last_seen_at = ${now} where id = ${id}`);
  }
}
