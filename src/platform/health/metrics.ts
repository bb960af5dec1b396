import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { Clock } from '../clock.js';
import { rows } from '../database/rows.js';
import { MailOutbox } from '../mail/mail-outbox.js';
import { MailStatus } from '../mail/outbox-mail.entity.js';

/** Figures for those who run the service; read from the database when they are asked for, so that every replica tells the same. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  constructor(
    private readonly db: DataSource,
    private readonly outbox: MailOutbox,
    private readonly clock: Clock,
  ) {
    collectDefaultMetrics({ register: this.registry });
    const mails: Gauge<'status'> = new Gauge({
      name: 'mithaq_mails',
      help: 'Mails by what became of them.',
      labelNames: ['status'],
      registers: [this.registry],
      // Without the database its figures are left out; those of the process are wanted then most of all.
      collect: () => this.countMails(mails).catch(() => mails.reset()),
    });
    const oldest: Gauge = new Gauge({
      name: 'mithaq_oldest_unsent_mail_seconds',
      help: 'Age of the oldest mail that still waits; 0 when none does.',
      registers: [this.registry],
      collect: () => this.ageOldest(oldest).catch(() => oldest.set(NaN)),
    });
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  private async countMails(gauge: Gauge<'status'>): Promise<void> {
    for (const status of Object.keys(MailStatus)) gauge.set({ status }, 0);
    const counts = await rows<{ status: string; count: number }>(
      this.db,
      sql`select status, count(*)::int as count from outbox_mail group by status`,
    );
    for (const { status, count } of counts) gauge.set({ status }, count);
  }

  private async ageOldest(gauge: Gauge): Promise<void> {
    const { oldest } = await this.outbox.waiting();
    gauge.set(oldest ? Math.max(0, (this.clock.now().getTime() - oldest.getTime()) / 1000) : 0);
  }
}
