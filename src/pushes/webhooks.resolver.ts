import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ActionPlanById } from '../action-plans/action-plan.loaders.js';
import { ActionPlanType } from '../action-plans/action-plan.type.js';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { assertMay } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Clock } from '../platform/clock.js';
import { listComplexity } from '../platform/graphql/connection.js';
import {
  CurrentViewer,
  Its,
  Loader,
  Loaders,
  type LoaderOf,
  type RequestLoaders,
} from '../platform/graphql/loaders.js';
import { DateTimeScalar } from '../platform/graphql/scalars.js';
import { previousSecretUntil } from './webhook-secret.js';
import type { Webhook } from './webhook.entity.js';
import {
  WebhookCreateInput,
  WebhookDeliveriesArgs,
  WebhookDeliveryReplayInput,
  WebhookDisableInput,
  WebhookEnableInput,
  WebhookRemoveInput,
  WebhookRotateSecretInput,
  WebhooksArgs,
  WebhookTestInput,
} from './webhook.inputs.js';
import {
  WebhookConnection,
  WebhookCreatePayload,
  WebhookDeliveryConnection,
  WebhookDeliveryReplayPayload,
  WebhookDisablePayload,
  WebhookEnablePayload,
  WebhookRemovePayload,
  WebhookRotateSecretPayload,
  WebhookTestPayload,
  WebhookType,
} from './webhook.type.js';
import { WebhooksQueries } from './webhooks.queries.js';
import { WebhooksService } from './webhooks.service.js';

const WHOSE =
  'For OGP staff and partners their own, for the MEL officer and administrators all of the plan: FORBIDDEN for others, NOT_FOUND when there is none.';

@Resolver(() => WebhookType)
export class WebhooksResolver {
  constructor(
    private readonly service: WebhooksService,
    private readonly queries: WebhooksQueries,
    private readonly plans: ActionPlansQueries,
    private readonly clock: Clock,
  ) {}

  @Query(() => WebhookConnection, {
    description: `Webhooks of a plan, newest first. ${WHOSE}`,
    complexity: listComplexity,
  })
  async webhooks(@Args() args: WebhooksArgs, @CurrentViewer() viewer: Viewer, @Loaders() loaders: RequestLoaders) {
    const { id } = await this.plans.byKey(args.plan);
    assertMay(viewer, 'readWebhooks', { planId: id });
    return loaders.connection(this.queries.list(viewer, id), args);
  }

  @Mutation(() => WebhookCreatePayload, {
    description:
      'Has an address told of what becomes public in a plan, within seconds and until it answers, for about three days. For OGP staff, partners, the MEL officer and administrators: FORBIDDEN for others. BAD_USER_INPUT for an address that may not be called, CONFLICT with more than 10 of one’s own, or where the operator has set no SECRETS_KEY.',
  })
  async webhookCreate(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Who is told, and of what.' }) input: WebhookCreateInput,
  ) {
    const { id, secret } = await this.service.create(viewer, input);
    return { secret, webhook: await this.queries.byId(id) };
  }

  @Mutation(() => WebhookEnablePayload, {
    description: `Lets a webhook deliver again. What it missed comes with \`webhookDeliveryReplay\`. ${WHOSE}`,
  })
  async webhookEnable(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which one.' }) input: WebhookEnableInput,
  ) {
    await this.service.enable(viewer, input.webhook);
    return { webhook: await this.queries.byId(input.webhook) };
  }

  @Mutation(() => WebhookDisablePayload, {
    description: `Stops a webhook, and gives up what waits for it. ${WHOSE}`,
  })
  async webhookDisable(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which one.' }) input: WebhookDisableInput,
  ) {
    await this.service.disable(viewer, input.webhook);
    return { webhook: await this.queries.byId(input.webhook) };
  }

  @Mutation(() => WebhookRemovePayload, {
    description: `Removes a webhook with the log of what it delivered. ${WHOSE}`,
  })
  async webhookRemove(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which one.' }) input: WebhookRemoveInput,
  ) {
    await this.service.remove(viewer, input.webhook);
    return { removedId: input.webhook };
  }

  @Mutation(() => WebhookRotateSecretPayload, {
    description: `Gives a webhook another secret. For 24 hours letters are signed with the one before as well. ${WHOSE}`,
  })
  async webhookRotateSecret(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which one.' }) input: WebhookRotateSecretInput,
  ) {
    const secret = await this.service.rotateSecret(viewer, input.webhook);
    const webhook = await this.queries.byId(input.webhook);
    return { secret, webhook, previousSecretUntil: webhook && previousSecretUntil(webhook, this.clock.now()) };
  }

  @Mutation(() => WebhookDeliveryReplayPayload, {
    description: `Delivers again, with the same \`webhook-id\` as the first time. ${WHOSE} CONFLICT while the webhook is disabled.`,
  })
  async webhookDeliveryReplay(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'What is delivered again.' }) input: WebhookDeliveryReplayInput,
  ) {
    const queued = await this.service.replay(viewer, input);
    return { queued, webhook: await this.queries.byId(input.webhook) };
  }

  @Mutation(() => WebhookTestPayload, {
    description: `Delivers a \`ping\`, to this webhook alone. ${WHOSE} CONFLICT while the webhook is disabled.`,
  })
  async webhookTest(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which one.' }) input: WebhookTestInput,
  ) {
    await this.service.test(viewer, input.webhook);
    return { delivery: await this.queries.lastPing(input.webhook) };
  }

  @ResolveField(() => ActionPlanType, { description: 'The plan.' })
  plan(@Its<Webhook>('planId') planId: string, @Loader(ActionPlanById) plans: LoaderOf<ActionPlanById>) {
    return plans.load(planId);
  }

  @ResolveField(() => DateTimeScalar, {
    nullable: true,
    description: 'Until when letters are signed with the secret before as well; null when they are not.',
  })
  previousSecretUntil(@Parent() webhook: Webhook): Date | null {
    return previousSecretUntil(webhook, this.clock.now());
  }

  @ResolveField(() => WebhookDeliveryConnection, {
    description: 'What it was told or is to be told, newest first.',
    complexity: listComplexity,
  })
  deliveries(@Its<Webhook>('id') id: string, @Args() args: WebhookDeliveriesArgs, @Loaders() loaders: RequestLoaders) {
    return loaders.connection(this.queries.deliveries(args.status ?? null), args, id);
  }
}
