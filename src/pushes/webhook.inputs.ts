import { ArgsType, Field, ID, InputType } from '@nestjs/graphql';
import { PageArgs } from '../platform/graphql/connection.js';
import { Id, Key, LanguageTag } from '../platform/graphql/input-rules.js';
import { DateTimeScalar, UrlScalar } from '../platform/graphql/scalars.js';
import { PublicEventType } from './public-event.js';
import { WebhookDeliveryStatus } from './webhook.vocabulary.js';

@InputType({ description: 'Who is to be told, and of what.' })
export class WebhookCreateInput {
  @Field(() => String, { description: 'Key of the plan.' }) @Key() plan!: string;
  @Field(() => UrlScalar, {
    description:
      'Where to: an https address in the internet, on port 443 or one from 1024 on, without a name or password in it. It cannot be changed: make another webhook.',
  })
  url!: string;
  @Field(() => [PublicEventType], { description: 'Of what, at least one.' }) events!: PublicEventType[];
  @Field(() => String, {
    nullable: true,
    description: 'BCP 47 language of the titles in what is told; the plan’s own when left out.',
  })
  @LanguageTag({ optional: true })
  language?: string | null;
}

@InputType({ description: 'Which webhook is to deliver again.' })
export class WebhookEnableInput {
  @Field(() => ID, { description: 'Id of the webhook.' }) @Id() webhook!: string;
}

@InputType({ description: 'Which webhook is to deliver no more.' })
export class WebhookDisableInput {
  @Field(() => ID, { description: 'Id of the webhook.' }) @Id() webhook!: string;
}

@InputType({ description: 'Which webhook is to be removed.' })
export class WebhookRemoveInput {
  @Field(() => ID, { description: 'Id of the webhook.' }) @Id() webhook!: string;
}

@InputType({ description: 'Which webhook is to have another secret.' })
export class WebhookRotateSecretInput {
  @Field(() => ID, { description: 'Id of the webhook.' }) @Id() webhook!: string;
}

@InputType({ description: 'Which webhook is to deliver a ping.' })
export class WebhookTestInput {
  @Field(() => ID, { description: 'Id of the webhook.' }) @Id() webhook!: string;
}

@InputType({ description: 'What is to be delivered again: one delivery, or all events since an instant.' })
export class WebhookDeliveryReplayInput {
  @Field(() => ID, { description: 'Id of the webhook.' }) @Id() webhook!: string;
  @Field(() => ID, { nullable: true, description: 'Id of one delivery.' })
  @Id({ optional: true })
  delivery?: string | null;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'All events since then that the webhook asks for, whether or not they were told; at most 5,000.',
  })
  since?: Date | null;
}

@ArgsType()
export class WebhooksArgs extends PageArgs {
  @Field(() => String, { description: 'Key of the plan.' }) @Key() plan!: string;
}

@ArgsType()
export class WebhookDeliveriesArgs extends PageArgs {
  @Field(() => WebhookDeliveryStatus, { nullable: true, description: 'Only those that have come so far.' })
  status?: WebhookDeliveryStatus | null;
}
