import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { Clock } from '../platform/clock.js';
import { rows } from '../platform/database/rows.js';
import type { RunReport } from './reminders.service.js';

/** Whatever was overlooked here comes no later than this. */
const LONGEST = 15 * 60_000;

/**
 * Spares a timer the runs that could only find what the one before found: nothing. That is so while not a single
 * transaction has written anything and no instant has come at which a rule begins or ceases to speak.
 */
@Injectable()
export class QuietTime {
  private seen = '';
  private since: Date | null = null;
  private until = new Date(0);

  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Asked before a run. */
  async lasts(): Promise<boolean> {
    const [row] = await rows<{ snapshot: string }>(this.db, sql`select pg_current_snapshot()::text as snapshot`);
    const now = this.clock.now();
    const lasts = row?.snapshot === this.seen && this.since !== null && this.since <= now && now < this.until;
    // Until the run that follows has told what it found.
    if (!lasts) this.since = null;
    this.seen = row?.snapshot ?? '';
    return lasts;
  }

  /** Told after it. */
  follows({ asOf, nextTurn, digests, suppressed, troubled }: RunReport): void {
    const foundNothing = digests.length + suppressed.length + troubled.length === 0;
    this.since = foundNothing ? asOf : null;
    this.until = new Date(Math.min(asOf.getTime() + LONGEST, nextTurn?.getTime() ?? Infinity));
  }
}
