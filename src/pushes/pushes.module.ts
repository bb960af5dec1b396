import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActionPlansModule } from '../action-plans/action-plans.module.js';
import { Settings } from '../platform/config/settings.js';
import { NodeRegistry } from '../platform/graphql/node-registry.js';
import { PublicationsModule } from '../publications/publications.module.js';
import { EventFeed } from './event-feed.js';
import { PublicEvent } from './public-event.entity.js';
import { PublicEventsQueries } from './public-events.queries.js';
import { PublicEventsWriter } from './public-events.writer.js';
import { PushMetrics } from './push-metrics.js';
import {
  CheckInPublishedResolver,
  PublicationPublishedResolver,
  SubscriptionsResolver,
} from './subscriptions.resolver.js';
import { WebhookDeliveriesResolver } from './webhook-deliveries.resolver.js';
import { WebhookDeliveries } from './webhook-deliveries.js';
import { WebhookRelay } from './webhook-relay.js';
import { WebhookSender } from './webhook-sender.js';
import { Webhook, WebhookAttempt, WebhookDelivery } from './webhook.entity.js';
import { AttemptsOfDelivery } from './webhook.loaders.js';
import { WebhooksQueries } from './webhooks.queries.js';
import { WebhooksResolver } from './webhooks.resolver.js';
import { WebhooksService } from './webhooks.service.js';

const resolvers = [
  SubscriptionsResolver,
  CheckInPublishedResolver,
  PublicationPublishedResolver,
  WebhooksResolver,
  WebhookDeliveriesResolver,
];

@Module({
  imports: [
    TypeOrmModule.forFeature([PublicEvent, Webhook, WebhookDelivery, WebhookAttempt]),
    ActionPlansModule,
    PublicationsModule,
  ],
  providers: [
    PublicEventsWriter,
    PublicEventsQueries,
    EventFeed,
    WebhooksQueries,
    WebhooksService,
    WebhookDeliveries,
    {
      provide: WebhookSender,
      inject: [Settings],
      useFactory: ({ WEBHOOK_TARGETS }: Settings) =>
        new WebhookSender({ allowPrivateAddresses: WEBHOOK_TARGETS === 'any' }),
    },
    WebhookRelay,
    AttemptsOfDelivery,
    PushMetrics,
    ...resolvers,
  ],
  exports: [WebhookRelay, WebhookDeliveries, WebhooksQueries, WebhooksService],
})
export class PushesModule {
  constructor(nodes: NodeRegistry, webhooks: WebhooksQueries) {
    nodes.register('Webhook', 'webhook', (id, viewer) => webhooks.seen(id, viewer));
    nodes.register('WebhookDelivery', 'webhook_delivery', (id, viewer) => webhooks.seenDelivery(id, viewer));
  }
}
