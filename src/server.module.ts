import {
  Injectable,
  Module,
  type DynamicModule,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Cron, CronExpression, Interval, ScheduleModule } from '@nestjs/schedule';
import { ForgetService } from './accounts/forget.service.js';
import { AppModule } from './app.module.js';
import { CheckInsModule } from './check-ins/check-ins.module.js';
import { CheckInsService } from './check-ins/check-ins.service.js';
import { EvidenceFilesService } from './check-ins/evidence-files.service.js';
import { EvidenceLinksService } from './check-ins/evidence-links.service.js';
import { Settings } from './platform/config/settings.js';
import { Partitions } from './platform/database/partitions.js';
import { RunMetrics } from './platform/health/run-metrics.js';
import { Log } from './platform/logging/log.js';
import { MailRelay } from './platform/mail/mail-relay.js';
import type { Surroundings } from './platform/platform.module.js';
import { Shutdown } from './platform/shutdown.js';
import { PushesModule } from './pushes/pushes.module.js';
import { WebhookRelay } from './pushes/webhook-relay.js';
import { WebhooksService } from './pushes/webhooks.service.js';
import { QuietTime } from './reminders/quiet-time.js';
import { RemindersModule } from './reminders/reminders.module.js';
import { RemindersService } from './reminders/reminders.service.js';

const RELAY_EVERY = 3000;

/** Wakes the engines. Timers fire in every replica and may miss a beat: what is due is decided by rows, not by them. */
@Injectable()
export class Timers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly checkIns: CheckInsService,
    private readonly reminders: RemindersService,
    private readonly quiet: QuietTime,
    private readonly relay: MailRelay,
    private readonly webhookRelay: WebhookRelay,
    private readonly webhooks: WebhooksService,
    private readonly forgetting: ForgetService,
    private readonly files: EvidenceFilesService,
    private readonly links: EvidenceLinksService,
    private readonly partitions: Partitions,
    private readonly runs: RunMetrics,
    private readonly settings: Settings,
    private readonly log: Log,
    private readonly shutdown: Shutdown,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.keepPartitionsAhead();
  }

  /** Before the database is let go of, which would cut off what is under way. How long that may take is for the process to say. */
  async beforeApplicationShutdown(): Promise<void> {
    this.shutdown.begin();
    await Promise.all(this.underWay);
  }

  /** Far more often than one is needed: a beat that is missed, or that gave way to writers, costs nothing. */
  @Cron(CronExpression.EVERY_HOUR, { waitForCompletion: true })
  keepPartitionsAhead(): Promise<void> {
    return this.guarded('making partitions', async () => {
      const made = await this.runs.measure('partitions', () => this.partitions.keepAhead());
      this.runs.count('partitions', { made: made.length });
      if (made.length > 0) this.log.info({ made }, 'Partitions were made');
    });
  }

  @Cron(CronExpression.EVERY_MINUTE, { waitForCompletion: true })
  everyMinute(): Promise<void> {
    return this.guarded('the reminder run', async () => {
      if (await this.quiet.lasts()) return;
      const report = await this.runs.measure('reminders', async () => {
        // That some cannot be expected keeps nobody from being reminded.
        await this.guarded('expecting check-ins', async () => {
          await this.checkIns.expect();
        });
        return this.reminders.run();
      });
      this.quiet.follows(report);
      const { queued, suppressed, failed } = report;
      this.runs.count('reminders', { queued: queued.length, suppressed: suppressed.length, failed: failed.length });
      if (queued.length > 0) this.log.info({ mails: queued.length }, 'Reminders were queued');
    });
  }

  @Interval(RELAY_EVERY)
  deliver(): Promise<void> {
    return this.guarded('the mail relay', async () => {
      const { sent, suppressed, failed } = await this.relay.deliver();
      if (sent + suppressed + failed > 0) this.log.info({ sent, suppressed, failed }, 'Mails left the outbox');
    });
  }

  @Interval(RELAY_EVERY)
  tellWebhooks(): Promise<void> {
    return this.guarded('the webhook relay', async () => {
      const { delivered, postponed, failed } = await this.webhookRelay.deliver();
      if (delivered + postponed + failed > 0) this.log.info({ delivered, postponed, failed }, 'Webhooks were told');
    });
  }

  @Cron(CronExpression.EVERY_HOUR, { waitForCompletion: true })
  async forget(): Promise<void> {
    await this.guarded('forgetting', async () => {
      await this.forgetting.forget();
      await this.webhooks.forget();
    });
    await this.guarded('forgetting the words of old mails', async () => {
      const texts = await this.runs.measure('mail-texts', () => this.forgetting.forgetTexts());
      this.runs.count('mail-texts', { forgotten: texts });
      if (texts > 0) this.log.info({ texts }, 'Words of old mails were removed');
    });
  }

  @Cron(CronExpression.EVERY_HOUR, { waitForCompletion: true })
  async lookAtEvidence(): Promise<void> {
    await this.guarded('the sweep of files', async () => {
      const deleted = await this.files.sweep();
      if (deleted > 0) this.log.info({ deleted }, 'Files that nothing needs were deleted');
    });
    if (this.settings.CHECK_LINKS !== 'on') return;
    await this.guarded('the check of links', async () => {
      const { looked, failing } = await this.links.check();
      if (looked > 0) this.log.info({ looked, failing }, 'Links were looked at');
    });
  }

  private guarded(what: string, work: () => Promise<void>): Promise<void> {
    if (this.shutdown.hasBegun) return Promise.resolve();
    const beat = work()
      .catch((error: unknown) => this.log.error({ err: error }, `Trouble in ${what}; the next beat tries again`))
      .finally(() => this.underWay.delete(beat));
    this.underWay.add(beat);
    return beat;
  }
}

/** The application as a server: with its timers. Commands do without. */
@Module({})
export class ServerModule {
  static with(surroundings: Surroundings): DynamicModule {
    return {
      module: ServerModule,
      imports: [AppModule.with(surroundings), ScheduleModule.forRoot(), CheckInsModule, RemindersModule, PushesModule],
      providers: [Timers],
    };
  }
}
