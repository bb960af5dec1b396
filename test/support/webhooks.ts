import { expect } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { Clock } from '../../src/platform/clock.js';
import { Settings } from '../../src/platform/config/settings.js';
import { RunMetrics } from '../../src/platform/health/run-metrics.js';
import { Log } from '../../src/platform/logging/log.js';
import { Shutdown } from '../../src/platform/shutdown.js';
import { WebhookDeliveries } from '../../src/pushes/webhook-deliveries.js';
import { WebhookRelay } from '../../src/pushes/webhook-relay.js';
import { WebhookSender } from '../../src/pushes/webhook-sender.js';
import { WebhooksService } from '../../src/pushes/webhooks.service.js';
import type { TestApp } from './app.js';
import type { Letter } from './receiver.js';

interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly messageId: string;
  readonly payload: string;
  readonly status: string;
  readonly nextAttemptAt: string | null;
  readonly attempts: ReadonlyArray<{ outcome: string; httpStatus: number | null; attemptedAt: string }>;
}
/** As its owner sees it. */
export interface WebhookShown {
  readonly id: string;
  readonly failingSince: string | null;
  readonly disabledAt: string | null;
  readonly disabledBecause: string | null;
  readonly previousSecretUntil: string | null;
  readonly deliveries: { readonly nodes: readonly Delivery[]; readonly totalCount: number };
}

const SHOWN = `id failingSince disabledAt disabledBecause previousSecretUntil
  deliveries(first: 100) { totalCount nodes { id event messageId payload status nextAttemptAt attempts { outcome httpStatus attemptedAt } } }`;

/** The webhooks of a plan that the viewer may see, with what they were told. */
export async function webhooksShown(
  app: TestApp,
  plan: string,
  headers: Record<string, string>,
): Promise<readonly WebhookShown[]> {
  const { data, errors } = await app.gql<{ webhooks: { nodes: WebhookShown[] } }>(
    `{ webhooks(plan: "${plan}") { nodes { ${SHOWN} } } }`,
    {},
    headers,
  );
  expect(errors).toBeUndefined();
  return data.webhooks.nodes;
}

/** As another process of the service delivers, which waits for an answer for so long. */
export function relayWith({ app: modules }: TestApp, patience: number): WebhookRelay {
  return new WebhookRelay(
    modules.get(WebhookDeliveries),
    new WebhookSender({ allowPrivateAddresses: true, patience }),
    modules.get(WebhooksService),
    modules.get(RunMetrics),
    modules.get(Settings),
    modules.get(Clock),
    modules.get(Log),
    modules.get(Shutdown),
  );
}

/** As a receiver checks it, by its own clock. */
export function isSignedWith(secret: string, { headers, body }: Letter): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}
