import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { Clock } from '../platform/clock.js';
import { rows } from '../platform/database/rows.js';
import { NoSuchSession } from './sign-in.errors.js';
import { before, DAY, SESSION_IDLE_DAYS } from './sign-in.terms.js';

/** A browser that a person is signed in with. */
export interface OpenSession {
  readonly id: string;
  readonly browser: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  /** Whether it is the one that asks. */
  readonly isThis: boolean;
}

/** More than anybody has, so that the list stays one page. */
const MOST_SHOWN = 100;

@Injectable()
export class SessionsService {
  constructor(
    private readonly db: DataSource,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /** The viewer's own, the one used last first; none for those who are no person. */
  async own(viewer: Viewer): Promise<OpenSession[]> {
    if (!viewer.personId) return [];
    const now = this.clock.now();
    return rows(
      this.db,
      sql`select id, browser, created_at as "createdAt", last_seen_at as "lastSeenAt", expires_at as "expiresAt", id is not distinct from ${viewer.sessionId}::uuid as "isThis"
            from session
           where person_id = ${viewer.personId} and ended_at is null and expires_at > ${now} and last_seen_at > ${before(now, SESSION_IDLE_DAYS * DAY)}
           order by last_seen_at desc, id limit ${MOST_SHOWN}`,
    );
  }

  /** @throws NoSuchSession when it is over already, or somebody else's */
  end(viewer: Viewer, id: string): Promise<void> {
    return this.changes.by(viewer, 'sessionEnd', async (change) => {
      change.allow({});
      const [ended] = await rows(
        change.tx,
        sql`with ended as (update session set ended_at = ${change.at}
              where id = ${id} and person_id = ${viewer.personId} and ended_at is null returning id)
            select id from ended`,
      );
      if (!ended) throw new NoSuchSession();
      change.record('session.ended', { type: 'Session', id, planId: null });
    });
  }

  /** Answers how many were ended. */
  endAll(viewer: Viewer, { exceptThis = false } = {}): Promise<number> {
    return this.changes.by(viewer, 'sessionEndAll', async (change) => {
      change.allow({});
      const kept = exceptThis ? viewer.sessionId : null;
      const ended = await rows(
        change.tx,
        sql`with ended as (update session set ended_at = ${change.at}
              where person_id = ${viewer.personId} and ended_at is null and id is distinct from ${kept}::uuid returning id)
            select id from ended`,
      );
      if (ended.length === 0 || !viewer.personId) change.nothingToDo();
      else
        change.record(
          'person.sessionsEnded',
          { type: 'Person', id: viewer.personId, planId: null },
          { after: { ended: ended.length } },
        );
      return ended.length;
    });
  }
}
