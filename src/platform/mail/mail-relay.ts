import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '../clock.js';
import { Settings } from '../config/settings.js';
import { RunMetrics } from '../health/run-metrics.js';
import { Log } from '../logging/log.js';
import { Shutdown } from '../shutdown.js';
import { DeliveryRun, type RelayReport } from './delivery-run.js';
import { MailGates } from './mail-gates.js';
import { MailOutbox } from './mail-outbox.js';
import { MailTransport } from './mail-transport.js';
import { Pace } from './pace.js';

/**
 * Sends what waits in the outbox. A process that dies in between leaves leases that run out. Only a death between the
 * server's acceptance and our record repeats a mail, and then with the same Message-ID.
 */
@Injectable()
export class MailRelay implements BeforeApplicationShutdown {
  private running: Promise<RelayReport> | null = null;
  private readonly pace: Pace;

  constructor(
    private readonly outbox: MailOutbox,
    private readonly gates: MailGates,
    private readonly transport: MailTransport,
    private readonly runs: RunMetrics,
    settings: Settings,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly shutdown: Shutdown,
  ) {
    this.pace = new Pace(settings.SMTP_RATE, clock);
  }

  /** Delivers all that is due now. Called again while it runs, it answers the run under way. */
  deliver(): Promise<RelayReport> {
    this.running ??= this.runs
      .measure('relay', () => this.run())
      .finally(() => {
        this.running = null;
      });
    return this.running;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running?.catch(() => undefined);
  }

  private async run(): Promise<RelayReport> {
    if (!this.transport.known) return { sent: 0, suppressed: 0, postponed: 0, failed: 0 };
    const { outbox, gates, transport, clock, log } = this;
    return new DeliveryRun({
      outbox,
      gates,
      transport,
      clock,
      log,
      pace: this.pace,
      stop: this.shutdown.signal,
    }).deliver();
  }
}
