import { DomainError } from '../platform/errors/domain-error.js';

export class WebhookNotFound extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'webhook.notFound';
}
export class DeliveryNotFound extends DomainError {
  readonly code = 'NOT_FOUND';
  readonly key = 'webhook.deliveryNotFound';
}
export class WebhookNeedsHttps extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'webhook.httpsOnly';
}
export class WebhookWithCredentials extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'webhook.credentials';
}
export class WebhookPortRefused extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'webhook.port';
}
export class WebhookToPrivateAddress extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'webhook.privateAddress';
}
export class WebhookWithoutEvents extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'webhook.noEvents';
}
export class WebhooksNotSetUp extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'webhook.notSetUp';
}
export class TooManyWebhooks extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'webhook.tooMany';
}
export class WebhookIsDisabled extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'webhook.disabled';
}
export class ReplayNeedsOne extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'webhook.replayWhich';
}
export class TooMuchToReplay extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'webhook.replayTooMany';
}
