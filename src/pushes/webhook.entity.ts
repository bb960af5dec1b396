import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { PublicEventType } from './public-event.js';
import type { WebhookAttemptOutcome, WebhookDeliveryStatus, WebhookDisabledBecause } from './webhook.vocabulary.js';

/** Who is told of what. Its secret is derived from its id and generation, and stored nowhere. */
@Entity('webhook')
export class Webhook {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') planId!: string;
  /** The account that made it, as `ownerOf` names it. */
  @Column('text') owner!: string;
  @Column('text') url!: string;
  /** Host and port: deliveries to one of them wait for each other. */
  @Column('text') target!: string;
  @Column('text', { array: true }) events!: PublicEventType[];
  @Column('text', { nullable: true }) language!: string | null;
  @Column('integer') generation!: number;
  @Column('timestamptz', { nullable: true }) rotatedAt!: Date | null;
  @Column('timestamptz') createdAt!: Date;
  /** Since when every attempt has failed; null when the last one did not. */
  @Column('timestamptz', { nullable: true }) failingSince!: Date | null;
  @Column('timestamptz', { nullable: true }) disabledAt!: Date | null;
  @Column('text', { nullable: true }) disabledBecause!: WebhookDisabledBecause | null;
}

/** One event for one webhook. A replay begins the same row anew. */
@Entity('webhook_delivery')
export class WebhookDelivery {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') webhookId!: string;
  @Column('uuid') eventId!: string;
  @Column('text') status!: WebhookDeliveryStatus;
  @Column('timestamptz') queuedAt!: Date;
  @Column('timestamptz') nextAttemptAt!: Date;
  @Column('timestamptz', { nullable: true }) leasedUntil!: Date | null;
  /** Since it was queued, or queued again. */
  @Column('integer') attempts!: number;
}

@Entity('webhook_attempt')
export class WebhookAttempt {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') deliveryId!: string;
  @Column('timestamptz') attemptedAt!: Date;
  @Column('text') outcome!: WebhookAttemptOutcome;
  @Column('integer', { nullable: true }) httpStatus!: number | null;
}
