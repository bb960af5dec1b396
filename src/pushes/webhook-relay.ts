import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { Viewer } from '../platform/access/viewer.js';
import { Clock } from '../platform/clock.js';
import { Settings } from '../platform/config/settings.js';
import { RunMetrics } from '../platform/health/run-metrics.js';
import { Log } from '../platform/logging/log.js';
import { Shutdown } from '../platform/shutdown.js';
import { payloadOf } from './public-event.js';
import { GIVE_UP_AFTER, nextAttempt, wishIn } from './retry-schedule.js';
import { PLACES, WebhookDeliveries, type ClaimedDelivery } from './webhook-deliveries.js';
import { signedHeaders } from './webhook-secret.js';
import { WebhookSender, type Answered } from './webhook-sender.js';
import type { WebhookDisabledBecause } from './webhook.vocabulary.js';
import { WebhooksService } from './webhooks.service.js';

export interface WebhookReport {
  readonly delivered: number;
  readonly postponed: number;
  readonly failed: number;
}

const LOOKS_EVERY = 1_000;
const GONE = 410;
const ITSELF = Viewer.system('webhooks');

/**
 * Delivers to webhooks what waits for them. A process that dies in between leaves leases that run out; only where the
 * receiver's answer could not be recorded is a letter repeated, and then with the same `webhook-id`.
 */
@Injectable()
export class WebhookRelay implements BeforeApplicationShutdown {
  private running: Promise<WebhookReport> | null = null;

  constructor(
    private readonly deliveries: WebhookDeliveries,
    private readonly sender: WebhookSender,
    private readonly webhooks: WebhooksService,
    private readonly runs: RunMetrics,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly shutdown: Shutdown,
  ) {}

  /** Delivers all that is due now. Called again while it runs, it answers the run under way. */
  deliver(): Promise<WebhookReport> {
    this.running ??= this.runs
      .measure('webhooks', () => this.run())
      .finally(() => {
        this.running = null;
      });
    return this.running;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running?.catch(() => undefined);
  }

  private async run(): Promise<WebhookReport> {
    const report = { delivered: 0, postponed: 0, failed: 0 };
    const key = this.settings.SECRETS_KEY;
    if (!key) return report;
    // With the account that each is for.
    const underWay = new Map<Promise<unknown>, string>();
    try {
      for (;;) {
        for (const delivery of await this.claim([...underWay.values()])) {
          const sent: Promise<unknown> = this.send(delivery, key)
            .then((became) => (report[became] += 1))
            .catch((error: unknown) =>
              this.log.error(
                { err: error, delivery: delivery.id },
                'What a webhook answered was lost; it is told again',
              ),
            )
            .finally(() => underWay.delete(sent));
          underWay.set(sent, delivery.owner);
        }
        if (underWay.size === 0) break;
        // Others may wait for one of these to end, or fall due meanwhile.
        await Promise.race([...underWay.keys(), delay(LOOKS_EVERY, undefined, { ref: false })]);
      }
    } finally {
      await Promise.all(underWay.keys());
    }
    return report;
  }

  private claim(busy: readonly string[]): Promise<ClaimedDelivery[]> {
    const most = PLACES - busy.length;
    if (this.shutdown.hasBegun || most === 0) return Promise.resolve([]);
    return this.deliveries.claim(this.clock.now(), most, busy);
  }

  private async send(delivery: ClaimedDelivery, key: string): Promise<keyof WebhookReport> {
    const { webhookId: id, generation, rotatedAt, language, url } = delivery;
    const body = payloadOf(delivery, language, this.settings.PUBLIC_URL);
    const headers = signedHeaders(
      key,
      { id, generation, rotatedAt },
      { messageId: delivery.eventId, body },
      this.clock.now(),
    );
    const answered = await this.sender.send({ url, headers, body });
    const at = this.clock.now();
    const again = nextAttemptAfter(answered, delivery.attempts, at);
    const status = answered.outcome === 'DELIVERED' ? 'DELIVERED' : again ? 'WAITING' : 'FAILED';
    const { outcome, status: httpStatus } = answered;
    const { failingSince } = await this.deliveries.record({
      delivery,
      at,
      outcome,
      httpStatus,
      status,
      nextAttemptAt: again,
    });
    const because = status === 'FAILED' ? reasonToDisable(answered, failingSince, at) : null;
    if (because) await this.disable(id, because);
    return status === 'DELIVERED' ? 'delivered' : again ? 'postponed' : 'failed';
  }

  private async disable(webhook: string, because: WebhookDisabledBecause): Promise<void> {
    this.log.warn({ webhook, because }, 'A webhook was disabled');
    await this.webhooks.disable(ITSELF, webhook, because);
  }
}

function nextAttemptAfter({ outcome, status, retryAfter }: Answered, attempts: number, now: Date): Date | null {
  return outcome === 'DELIVERED' || status === GONE ? null : nextAttempt(attempts, now, wishIn(retryAfter, now));
}

/** Of a delivery that was given up: one that has just begun to fail is tried again, however long ago others failed. */
function reasonToDisable({ status }: Answered, failingSince: Date | null, now: Date) {
  if (status === GONE) return 'GONE';
  const isHopeless = failingSince !== null && now.getTime() - failingSince.getTime() >= GIVE_UP_AFTER;
  return isHopeless ? 'FAILING' : null;
}
