import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Clock } from '../platform/clock.js';
import { RunMetrics } from '../platform/health/run-metrics.js';
import { EventFeed } from './event-feed.js';
import { WebhookDeliveries } from './webhook-deliveries.js';
import { WebhookDeliveryStatus } from './webhook.vocabulary.js';

/** Figures of webhooks and subscriptions, for those who run the service; without the database its own are NaN. */
@Injectable()
export class PushMetrics {
  constructor(runs: RunMetrics, deliveries: WebhookDeliveries, feed: EventFeed, clock: Clock) {
    const registers = [runs.registry];
    const byStatus: Gauge<'status'> = new Gauge({
      name: 'mithaq_webhook_deliveries',
      help: 'Deliveries to webhooks by how far they have come.',
      labelNames: ['status'],
      registers,
      collect: async () => {
        const counts = await deliveries.counts().catch(() => null);
        for (const status of Object.keys(WebhookDeliveryStatus))
          byStatus.set({ status }, counts ? (counts.find((one) => one.status === status)?.count ?? 0) : NaN);
      },
    });
    const oldest: Gauge = new Gauge({
      name: 'mithaq_oldest_waiting_webhook_delivery_seconds',
      help: 'Age of the oldest delivery to a webhook that still waits; 0 when none does.',
      registers,
      collect: async () => {
        const waiting = await deliveries.waiting().catch(() => null);
        const age = waiting?.oldest ? (clock.now().getTime() - waiting.oldest.getTime()) / 1000 : 0;
        oldest.set(waiting ? Math.max(0, age) : NaN);
      },
    });
    const listening: Gauge = new Gauge({
      name: 'mithaq_subscriptions',
      help: 'GraphQL subscriptions that are open in this process.',
      registers,
      collect: () => listening.set(feed.size),
    });
  }
}
