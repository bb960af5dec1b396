import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Settings } from '../platform/config/settings.js';
import { shortListComplexity } from '../platform/graphql/connection.js';
import { Its, Loader, type LoaderOf } from '../platform/graphql/loaders.js';
import { DateTimeScalar } from '../platform/graphql/scalars.js';
import { payloadOf, TOLD_AS } from './public-event.js';
import { AttemptsOfDelivery } from './webhook.loaders.js';
import { WebhookAttemptType, WebhookDeliveryType } from './webhook.type.js';
import type { DeliveryRow } from './webhooks.queries.js';

@Resolver(() => WebhookDeliveryType)
export class WebhookDeliveriesResolver {
  constructor(private readonly settings: Settings) {}

  @ResolveField(() => String, { description: 'What it tells of, as the receiver reads it: `check-in.published`.' })
  event(@Parent() delivery: DeliveryRow): string {
    return TOLD_AS[delivery.type];
  }

  @ResolveField(() => String, {
    description: 'The `webhook-id` that it is sent with: the same for the same event, however often it is sent.',
  })
  messageId(@Parent() delivery: DeliveryRow): string {
    return delivery.eventId;
  }

  @ResolveField(() => String, { description: 'What is sent: JSON, as text.' })
  payload(@Parent() delivery: DeliveryRow): string {
    return payloadOf(delivery, delivery.language, this.settings.PUBLIC_URL);
  }

  @ResolveField(() => DateTimeScalar, {
    nullable: true,
    description: 'When it is tried next; null when it is not any more.',
  })
  nextAttemptAt(@Parent() { status, nextAttemptAt }: DeliveryRow): Date | null {
    return status === 'WAITING' ? nextAttemptAt : null;
  }

  @ResolveField(() => [WebhookAttemptType], {
    description: 'What was tried, newest first; the last 50.',
    complexity: shortListComplexity,
  })
  attempts(@Its<DeliveryRow>('id') id: string, @Loader(AttemptsOfDelivery) attempts: LoaderOf<AttemptsOfDelivery>) {
    return attempts.load(id);
  }
}
