import { Controller, Get, Header } from '@nestjs/common';
import {
  HealthCheck,
  HealthCheckService,
  HealthIndicatorService,
  TypeOrmHealthIndicator,
  type HealthCheckResult,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { setTimeout as delay } from 'node:timers/promises';
import { Clock } from '../clock.js';
import { Settings } from '../config/settings.js';
import { MailOutbox } from '../mail/mail-outbox.js';
import { waitingTooLong } from '../mail/waiting-mail.js';
import { Metrics } from './metrics.js';

const DATABASE_PATIENCE = 2000;

@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: TypeOrmHealthIndicator,
    private readonly indicators: HealthIndicatorService,
    private readonly outbox: MailOutbox,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  /** The process answers. Restart it when it does not. */
  @Get('health/live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** The process can do its work. Send it no requests when it cannot. */
  @Get('health/ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    return this.health.check([
      () => this.database.pingCheck('database', { timeout: DATABASE_PATIENCE }),
      () => this.mail(),
    ]);
  }

  /** Mails that wait are worth a warning and no more: a mail server that is down must not take the site down with it. */
  private async mail(): Promise<HealthIndicatorResult> {
    const waiting = await Promise.race([
      this.outbox.waiting().catch(() => null),
      delay(DATABASE_PATIENCE, null, { ref: false }),
    ]);
    const warning = waiting
      ? waitingTooLong(waiting, this.clock.now(), this.settings.MAIL_WAITING_WARNING)
      : 'how long mails wait is not known: the database does not answer';
    return this.indicators.check('mail').up(warning ? { warning } : {});
  }

  /** For Prometheus. */
  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  show(): Promise<string> {
    return this.metrics.text();
  }
}
