import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { assertMay } from '../platform/access/access.js';
import type { ActionName } from '../platform/access/access-table.js';
import { Viewer } from '../platform/access/viewer.js';
import { Changes, type Change } from '../platform/audit/changes.js';
import { Settings } from '../platform/config/settings.js';
import { rows } from '../platform/database/rows.js';
import { webhookSecret } from './webhook-secret.js';
import { targetOf } from './webhook-target.js';
import { Webhook } from './webhook.entity.js';
import {
  DeliveryNotFound,
  ReplayNeedsOne,
  TooManyWebhooks,
  TooMuchToReplay,
  WebhookIsDisabled,
  WebhookNotFound,
  WebhooksNotSetUp,
  WebhookWithoutEvents,
} from './webhook.errors.js';
import type { WebhookCreateInput, WebhookDeliveryReplayInput } from './webhook.inputs.js';
import type { WebhookDisabledBecause } from './webhook.vocabulary.js';
import { isWithinReach, ownerOf, WebhooksQueries } from './webhooks.queries.js';

/** Of one account in one plan. */
const MOST_WEBHOOKS = 10;
const MOST_REPLAYED = 5_000;
const LOG_KEPT_FOR = 90 * 24 * 3_600_000;
/** What is forgotten belongs to no single webhook. */
const THE_SERVICE = { type: 'Service', id: '00000000-0000-0000-0000-000000000000', planId: null };

@Injectable()
export class WebhooksService {
  constructor(
    private readonly changes: Changes,
    private readonly plans: ActionPlansQueries,
    private readonly queries: WebhooksQueries,
    private readonly settings: Settings,
  ) {}

  /** Its secret is in the answer and nowhere else. */
  async create(viewer: Viewer, input: WebhookCreateInput): Promise<{ id: string; secret: string }> {
    const { id: planId } = await this.plans.byKey(input.plan, 'input.plan');
    assertMay(viewer, 'webhookCreate', { planId });
    const target = targetOf(input.url, this.settings.WEBHOOK_TARGETS, 'input.url');
    const events = [...new Set(input.events)];
    if (events.length === 0) throw new WebhookWithoutEvents({}, 'input.events');
    const key = this.key();
    return this.changes.by(viewer, 'webhookCreate', async (change) => {
      change.allow({ planId });
      const owner = ownerOf(viewer);
      // One at a time for each plan, so that nobody makes more than they may by asking often at once.
      await rows(change.tx, sql`select from action_plan where id = ${planId} for no key update`);
      const held = await change.tx.countBy(Webhook, { planId, owner });
      if (held >= MOST_WEBHOOKS) throw new TooManyWebhooks({ most: MOST_WEBHOOKS }, 'input.plan');
      const made = change.tx.create(Webhook, {
        ...{ planId, owner, url: input.url, target, events, language: input.language ?? null, generation: 1 },
        createdAt: change.at,
      });
      const { id, generation } = await change.tx.save(made);
      change.record('webhook.created', subjectOf({ id, planId }), { before: null, after: { target, events } });
      return { id, secret: webhookSecret(key, { id, generation }) };
    });
  }

  enable(viewer: Viewer, id: string): Promise<void> {
    return this.change(viewer, 'webhookEnable', id, async (change, webhook) => {
      if (!webhook.disabledAt) return change.nothingToDo();
      // Something may have been queued in the moment in which it was disabled.
      await giveUp(change, id);
      await change.tx.update(Webhook, id, { disabledAt: null, disabledBecause: null, failingSince: null });
      change.record('webhook.enabled', subjectOf(webhook), { before: { because: webhook.disabledBecause } });
    });
  }

  /** What waits for it is given up; a replay sends it once it is enabled again. */
  disable(viewer: Viewer, id: string, because: WebhookDisabledBecause = 'BY_HAND'): Promise<void> {
    return this.change(viewer, 'webhookDisable', id, async (change, webhook) => {
      if (webhook.disabledAt) return change.nothingToDo();
      await change.tx.update(Webhook, id, { disabledAt: change.at, disabledBecause: because });
      await giveUp(change, id);
      change.record('webhook.disabled', subjectOf(webhook), { after: { because } });
    });
  }

  remove(viewer: Viewer, id: string): Promise<void> {
    return this.change(viewer, 'webhookRemove', id, async (change, webhook) => {
      await change.tx.delete(Webhook, id);
      const { target, events } = webhook;
      change.record('webhook.removed', subjectOf(webhook), { before: { target, events }, after: null });
    });
  }

  /** Answers the new secret. */
  rotateSecret(viewer: Viewer, id: string): Promise<string> {
    return this.change(viewer, 'webhookRotateSecret', id, async (change, webhook) => {
      const generation = webhook.generation + 1;
      await change.tx.update(Webhook, id, { generation, rotatedAt: change.at });
      change.record('webhook.secretRotated', subjectOf(webhook), { after: { generation } });
      return webhookSecret(this.key(), { id, generation });
    });
  }

  /** Queues a ping, as what follows this record. */
  test(viewer: Viewer, id: string): Promise<void> {
    return this.change(viewer, 'webhookTest', id, (change, webhook) => {
      assertEnabled(webhook);
      change.record('webhook.tested', subjectOf(webhook));
      return Promise.resolve();
    });
  }

  /** Queues one delivery again, or all events since an instant, told or not. Answers how many. */
  replay(viewer: Viewer, input: WebhookDeliveryReplayInput): Promise<number> {
    if ((input.delivery == null) === (input.since == null)) throw new ReplayNeedsOne({}, 'input.delivery');
    return this.change(viewer, 'webhookDeliveryReplay', input.webhook, async (change, webhook) => {
      assertEnabled(webhook);
      const events = await eventsToReplay(change, webhook, input);
      if (events.length === 0) change.nothingToDo();
      else {
        await queueAgain(change, webhook.id, events);
        const asked = input.since ? { since: input.since } : { delivery: input.delivery };
        change.record('webhook.replayed', subjectOf(webhook), { after: { ...asked, events: events.length } });
      }
      return events.length;
    });
  }

  /** Removes from the log what ended long ago. Answers how many deliveries. */
  forget(): Promise<number> {
    return this.changes.by(Viewer.system('webhooks'), 'forget', async (change) => {
      const before = new Date(change.at.getTime() - LOG_KEPT_FOR);
      const [gone] = await rows<{ count: number }>(
        change.tx,
        sql`with gone as (delete from webhook_delivery where status <> 'WAITING' and queued_at < ${before} returning 1)
            select count(*)::int as count from gone`,
      );
      const deliveries = gone?.count ?? 0;
      if (deliveries === 0) change.nothingToDo();
      else change.record('webhook.logShortened', THE_SERVICE, { after: { deliveries, before } });
      return deliveries;
    });
  }

  private async change<T>(
    viewer: Viewer,
    action: ActionName,
    id: string,
    work: (change: Change, webhook: Webhook) => Promise<T>,
  ): Promise<T> {
    const found = await this.queries.byId(id);
    if (!found) throw new WebhookNotFound({}, 'input.webhook');
    assertMay(viewer, action, { planId: found.planId });
    if (!isWithinReach(viewer, found)) throw new WebhookNotFound({}, 'input.webhook');
    return this.changes.by(viewer, action, async (change) => {
      change.allow({ planId: found.planId });
      // Not a stronger lock: what is written for webhooks passes over those that are being removed.
      const webhook = await change.tx.findOne(Webhook, { where: { id }, lock: { mode: 'for_no_key_update' } });
      if (!webhook) throw new WebhookNotFound({}, 'input.webhook');
      return work(change, webhook);
    });
  }

  /** @throws WebhooksNotSetUp */
  private key(): string {
    if (!this.settings.SECRETS_KEY) throw new WebhooksNotSetUp({ setting: 'SECRETS_KEY' });
    return this.settings.SECRETS_KEY;
  }
}

const subjectOf = ({ id, planId }: Pick<Webhook, 'id' | 'planId'>) => ({ type: 'Webhook', id, planId });

/** @throws WebhookIsDisabled */
function assertEnabled({ disabledAt }: Webhook): void {
  if (disabledAt) throw new WebhookIsDisabled({}, 'input.webhook');
}

/** @throws DeliveryNotFound or TooMuchToReplay */
async function eventsToReplay(change: Change, webhook: Webhook, input: WebhookDeliveryReplayInput): Promise<string[]> {
  const { delivery, since } = input;
  const found = await rows<{ id: string }>(
    change.tx,
    since
      ? sql`select id from public_event where plan_id = ${webhook.planId} and type = any(${webhook.events}::text[]) and happened_at >= ${since} limit ${MOST_REPLAYED + 1}`
      : sql`select event_id as id from webhook_delivery where id = ${delivery} and webhook_id = ${webhook.id}`,
  );
  if (!since && found.length === 0) throw new DeliveryNotFound({}, 'input.delivery');
  if (found.length > MOST_REPLAYED) throw new TooMuchToReplay({ most: MOST_REPLAYED }, 'input.since');
  return found.map(({ id }) => id);
}

const giveUp = (change: Change, webhookId: string): Promise<unknown> =>
  rows(
    change.tx,
    sql`with given_up as (update webhook_delivery set status = 'FAILED' where webhook_id = ${webhookId} and status = 'WAITING') select`,
  );

/** A letter that is under way just now keeps its lease, and is not sent beside itself. */
async function queueAgain(change: Change, webhookId: string, events: readonly string[]): Promise<void> {
  await rows(
    change.tx,
    sql`insert into webhook_delivery (webhook_id, event_id, queued_at, next_attempt_at)
        select ${webhookId}::uuid, e.id, ${change.at}::timestamptz, ${change.at}::timestamptz from unnest(${[...events]}::uuid[]) e (id)
        on conflict (webhook_id, event_id) do update
          set status = 'WAITING', attempts = 0, queued_at = excluded.queued_at, next_attempt_at = excluded.next_attempt_at`,
  );
}
