import { enumOf } from '../platform/graphql/enum-of.js';

export const WebhookDeliveryStatus = enumOf('WebhookDeliveryStatus', 'How far the delivery of one event has come.', {
  WAITING: 'It is sent at `nextAttemptAt`, for the first time or again.',
  DELIVERED: 'The receiver answered with a status from 200 to 299.',
  FAILED: 'It was given up: after the last attempt, or because the webhook was disabled. A replay sends it again.',
});
export type WebhookDeliveryStatus = keyof typeof WebhookDeliveryStatus;

export const WebhookAttemptOutcome = enumOf('WebhookAttemptOutcome', 'What came of one attempt to deliver.', {
  DELIVERED: 'The receiver answered with a status from 200 to 299.',
  REFUSED: 'The receiver answered with another status.',
  REDIRECTED: 'The receiver answered with a redirect. Redirects are not followed: give the address that it leads to.',
  PRIVATE_ADDRESS: 'The name leads to an address in a private network, which this service does not call.',
  NO_SUCH_HOST: 'The name leads nowhere.',
  NOT_REACHED: 'Nobody takes connections there.',
  CERTIFICATE: 'The receiver does not speak TLS, or its certificate is not trusted.',
  TIMED_OUT: 'There was no answer within 10 seconds, from the first look at the name on.',
  CONNECTION_LOST: 'The connection was lost before there was an answer.',
});
export type WebhookAttemptOutcome = keyof typeof WebhookAttemptOutcome;

export const WebhookDisabledBecause = enumOf('WebhookDisabledBecause', 'Why a webhook does not deliver.', {
  BY_HAND: 'Somebody disabled it.',
  GONE: 'Its receiver answered 410 Gone: it wants no more.',
  FAILING: 'Every attempt failed for five days.',
});
export type WebhookDisabledBecause = keyof typeof WebhookDisabledBecause;
