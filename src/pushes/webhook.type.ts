import { Field, Int, ObjectType } from '@nestjs/graphql';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { Node } from '../platform/graphql/node.js';
import { DateTimeScalar, UrlScalar } from '../platform/graphql/scalars.js';
import { PublicEventType } from './public-event.js';
import { WebhookAttemptOutcome, WebhookDeliveryStatus, WebhookDisabledBecause } from './webhook.vocabulary.js';

@ObjectType('Webhook', {
  implements: () => [Node],
  description:
    'An address that is told of what becomes public, by a signed POST (Standard Webhooks). Its secret was shown once and is stored nowhere.',
})
export class WebhookType extends Node {
  @Field(() => UrlScalar, { description: 'Where to.' }) url!: string;
  @Field(() => [PublicEventType], { description: 'Of what.' }) events!: PublicEventType[];
  @Field(() => String, {
    nullable: true,
    description: 'BCP 47 language of the titles in what is told; null is the plan’s own.',
  })
  language!: string | null;
  @Field(() => DateTimeScalar, { description: 'When it was made.' }) createdAt!: Date;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Since when every attempt has failed; null when the last one did not. After five days it is disabled.',
  })
  failingSince!: Date | null;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was disabled; null when it delivers.' })
  disabledAt!: Date | null;
  @Field(() => WebhookDisabledBecause, { nullable: true, description: 'Why it was disabled; null when it delivers.' })
  disabledBecause!: WebhookDisabledBecause | null;
}

@ObjectType({ description: 'One attempt to deliver.' })
export class WebhookAttemptType {
  @Field(() => DateTimeScalar, { description: 'When it ended.' }) attemptedAt!: Date;
  @Field(() => WebhookAttemptOutcome, { description: 'What came of it.' }) outcome!: WebhookAttemptOutcome;
  @Field(() => Int, { nullable: true, description: 'HTTP status that was answered; null without an answer.' })
  httpStatus!: number | null;
}

@ObjectType('WebhookDelivery', { implements: () => [Node], description: 'One event for one webhook.' })
export class WebhookDeliveryType extends Node {
  @Field(() => WebhookDeliveryStatus, { description: 'How far it has come.' }) status!: WebhookDeliveryStatus;
  @Field(() => DateTimeScalar, { description: 'When it was queued, or queued again by a replay.' }) queuedAt!: Date;
}

export const WebhookConnection = ConnectionOf(WebhookType, 'Webhook');
export const WebhookDeliveryConnection = ConnectionOf(WebhookDeliveryType, 'WebhookDelivery');

const SECRET =
  'Its secret, `whsec_…`, with which the receiver checks the signature. It is not shown again: `webhookRotateSecret` gives another.';

@ObjectType({ description: 'The new webhook.' })
export class WebhookCreatePayload {
  @Field(() => String, { description: SECRET }) secret!: string;
  @Field(() => WebhookType, { description: 'The webhook.' }) webhook!: WebhookType;
}

@ObjectType({ description: 'The webhook with its new secret.' })
export class WebhookRotateSecretPayload {
  @Field(() => String, { description: SECRET }) secret!: string;
  @Field(() => DateTimeScalar, { description: 'Until then letters are signed with the secret before as well.' })
  previousSecretUntil!: Date;
  @Field(() => WebhookType, { description: 'The webhook.' }) webhook!: WebhookType;
}

@ObjectType({ description: 'The webhook that delivers again.' })
export class WebhookEnablePayload {
  @Field(() => WebhookType, { description: 'The webhook.' }) webhook!: WebhookType;
}

@ObjectType({ description: 'The webhook that delivers no more.' })
export class WebhookDisablePayload {
  @Field(() => WebhookType, { description: 'The webhook.' }) webhook!: WebhookType;
}

@ObjectType({ description: 'The webhook is gone, with the log of what it delivered.' })
export class WebhookRemovePayload {
  @Field(() => String, { description: 'The id that it had.' }) removedId!: string;
}

@ObjectType({ description: 'The ping that was queued.' })
export class WebhookTestPayload {
  @Field(() => WebhookDeliveryType, {
    description: 'Its delivery: look at `webhooks { deliveries }` for what comes of it.',
  })
  delivery!: WebhookDeliveryType;
}

@ObjectType({ description: 'What was queued again.' })
export class WebhookDeliveryReplayPayload {
  @Field(() => Int, { description: 'How many deliveries were queued.' }) queued!: number;
  @Field(() => WebhookType, { description: 'The webhook.' }) webhook!: WebhookType;
}
