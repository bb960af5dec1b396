import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge } from 'prom-client';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { Clock } from '../clock.js';
import { rows } from '../database/rows.js';
import { MailOutbox } from '../mail/mail-outbox.js';
import { MailStatus } from '../mail/outbox-mail.entity.js';
import { ReturnedMailsService } from '../mail/returned-mails.service.js';
import { RunMetrics } from './run-metrics.js';

/** Figures for those who run the service; read from the database when they are asked for, so that every replica tells the same. */
@Injectable()
export class Metrics {
  private readonly mails: Gauge<'status'>;
  private readonly sent: Counter<'kind'>;
  private readonly failed: Counter<'kind' | 'reason'>;

  constructor(
    private readonly db: DataSource,
    private readonly outbox: MailOutbox,
    private readonly returned: ReturnedMailsService,
    private readonly clock: Clock,
    private readonly runs: RunMetrics,
  ) {
    const registers = [runs.registry];
    collectDefaultMetrics({ register: runs.registry });
    this.mails = new Gauge({
      name: 'mithaq_mails',
      help: 'Mails by what became of them.',
      labelNames: ['status'],
      registers,
    });
    this.sent = new Counter({
      name: 'mithaq_mails_sent_total',
      help: 'Mails that a mail server accepted, also those that came back later.',
      labelNames: ['kind'],
      registers,
    });
    this.failed = new Counter({
      name: 'mithaq_mails_failed_total',
      help: 'Mails that were given up, by why: refused for good, or too late.',
      labelNames: ['kind', 'reason'],
      registers,
    });
    const oldest: Gauge = new Gauge({
      name: 'mithaq_oldest_unsent_mail_seconds',
      help: 'Age of the oldest mail that still waits; 0 when none does.',
      registers,
      collect: () => this.ageOldest(oldest).catch(() => oldest.set(NaN)),
    });
    const undeliverable: Gauge = new Gauge({
      name: 'mithaq_undeliverable_addresses',
      help: 'Addresses that mail does not reach.',
      registers,
      collect: () =>
        this.outbox.undeliverable().then(
          (count) => undeliverable.set(count),
          () => undeliverable.set(NaN),
        ),
    });
    const events: Counter<'kind' | 'outcome'> = new Counter({
      name: 'mithaq_mail_events_total',
      help: 'What was told of mails after they were sent, since this process started.',
      labelNames: ['kind', 'outcome'],
      registers,
      collect: () => this.countEvents(events),
    });
  }

  async text(): Promise<string> {
    // Without the database its figures are left out; those of the process are wanted then most of all.
    await this.countMails().catch(() => this.forgetMails());
    return this.runs.registry.metrics();
  }

  private async countMails(): Promise<void> {
    const counts = await rows<{ kind: string; status: MailStatus; reason: string | null; count: number }>(
      this.db,
      sql`select kind, status, reason, count(*)::int as count from outbox_mail group by kind, status, reason`,
    );
    this.forgetMails();
    for (const status of Object.keys(MailStatus)) this.mails.set({ status }, 0);
    for (const { kind, status, reason, count } of counts) {
      this.mails.inc({ status }, count);
      if (status === 'SENT' || status === 'BOUNCED') this.sent.inc({ kind }, count);
      if (status === 'FAILED') this.failed.inc({ kind, reason: reason ?? '' }, count);
    }
  }

  private forgetMails(): void {
    for (const metric of [this.mails, this.sent, this.failed]) metric.reset();
  }

  private async ageOldest(gauge: Gauge): Promise<void> {
    const { oldest } = await this.outbox.waiting();
    gauge.set(oldest ? Math.max(0, (this.clock.now().getTime() - oldest.getTime()) / 1000) : 0);
  }

  private countEvents(counter: Counter<'kind' | 'outcome'>): void {
    counter.reset();
    for (const [{ kind, outcome }, count] of this.returned.counted()) counter.inc({ kind, outcome }, count);
  }
}
