import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { may } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { columnsOf } from '../platform/database/columns.js';
import type { RowList } from '../platform/database/pages.js';
import { firstOfEach, rows } from '../platform/database/rows.js';
import type { EventFacts, StoredEventType } from './public-event.js';
import { Webhook, WebhookAttempt, WebhookDelivery } from './webhook.entity.js';
import type { WebhookDeliveryStatus } from './webhook.vocabulary.js';

export type DeliveryRow = Omit<WebhookDelivery, 'leasedUntil' | 'attempts'> & {
  readonly type: StoredEventType;
  readonly happenedAt: Date;
  readonly facts: EventFacts;
  readonly language: string | null;
};
export type AttemptRow = WebhookAttempt & { readonly parentId: string };

/** More than any delivery is tried without a replay. */
const MOST_ATTEMPTS = 50;

const deliveryColumns = sql`${columnsOf(WebhookDelivery, 'd', ['leasedUntil', 'attempts'])}, e.type, e.happened_at as "happenedAt", e.facts, w.language`;
const deliveryFrom = sql`webhook_delivery d join public_event e on e.id = d.event_id join webhook w on w.id = d.webhook_id`;

/** By what a webhook knows whose it is: a person or a token, by an id alone. */
export const ownerOf = ({ account }: Viewer): string => `${account.kind}:${account.id}`;

/** Whether the viewer may see the webhook and, where it may do that at all, change it. */
export const isWithinReach = (viewer: Viewer, { owner, planId }: Pick<Webhook, 'owner' | 'planId'>): boolean =>
  owner === ownerOf(viewer) || may(viewer, 'webhooksOfOthers', { planId });

@Injectable()
export class WebhooksQueries {
  constructor(private readonly db: DataSource) {}

  /** Webhooks of a plan that the viewer may see, newest first. */
  list(viewer: Viewer, planId: string): RowList<Webhook> {
    return {
      name: 'webhooks',
      alias: 'w',
      columns: columnsOf(Webhook, 'w'),
      from: sql`webhook w`,
      where: [
        sql`w.plan_id = ${planId}`,
        ...(may(viewer, 'webhooksOfOthers', { planId }) ? [] : [sql`w.owner = ${ownerOf(viewer)}`]),
      ],
      order: { name: 'created-desc', by: sql`w.created_at`, type: 'timestamptz', descending: true },
    };
  }

  async byId(id: string): Promise<Webhook | null> {
    const [webhook] = await rows<Webhook>(
      this.db,
      sql`select ${columnsOf(Webhook, 'w')} from webhook w where w.id = ${id}`,
    );
    return webhook ?? null;
  }

  /** How many deliver, how many of these fail, and how many were disabled by what their receivers did. */
  async overview(): Promise<{ active: number; failing: number; lost: number }> {
    const [row] = await rows<{ active: number; failing: number; lost: number }>(
      this.db,
      sql`select count(*) filter (where disabled_at is null)::int as active,
                 count(*) filter (where disabled_at is null and failing_since is not null)::int as failing,
                 count(*) filter (where disabled_because in ('GONE', 'FAILING'))::int as lost
            from webhook`,
    );
    return row ?? { active: 0, failing: 0, lost: 0 };
  }

  /** What a webhook was told, newest first. */
  deliveries(status: WebhookDeliveryStatus | null): RowList<DeliveryRow> {
    return {
      name: 'webhook-deliveries',
      alias: 'd',
      columns: deliveryColumns,
      from: deliveryFrom,
      where: status ? [sql`d.status = ${status}`] : [],
      order: { name: 'queued-desc', by: sql`d.queued_at`, type: 'timestamptz', descending: true },
      parent: sql`d.webhook_id`,
    };
  }

  /** A delivery, where the viewer may see its webhook. */
  async seenDelivery(id: string, viewer: Viewer): Promise<DeliveryRow | null> {
    const [found] = await rows<DeliveryRow>(
      this.db,
      sql`select ${deliveryColumns} from ${deliveryFrom} where d.id = ${id}`,
    );
    return found && (await this.seen(found.webhookId, viewer)) ? found : null;
  }

  /** The webhook, where the viewer may see it. */
  async seen(id: string, viewer: Viewer): Promise<Webhook | null> {
    const webhook = await this.byId(id);
    const isSeen = webhook && may(viewer, 'readWebhooks', webhook) && isWithinReach(viewer, webhook);
    return isSeen ? webhook : null;
  }

  /** The ping that a webhook was sent last. */
  async lastPing(webhookId: string): Promise<DeliveryRow | null> {
    const [ping] = await rows<DeliveryRow>(
      this.db,
      sql`select ${deliveryColumns} from ${deliveryFrom} where d.webhook_id = ${webhookId} and e.type = 'PING' order by e.number desc limit 1`,
    );
    return ping ?? null;
  }

  /** The attempts of each delivery, newest first. */
  attemptsOf(deliveryIds: readonly string[]): Promise<AttemptRow[]> {
    return rows(
      this.db,
      firstOfEach(
        deliveryIds,
        MOST_ATTEMPTS,
        (id) =>
          sql`select ${columnsOf(WebhookAttempt, 'a')} from webhook_attempt a where a.delivery_id = ${id} order by a.attempted_at desc, a.id desc`,
      ),
    );
  }
}
