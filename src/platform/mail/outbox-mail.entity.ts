import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { enumOf } from '../graphql/enum-of.js';
import type { Language } from '../i18n/text.js';

export const MailStatus = enumOf('MailStatus', 'What became of a mail.', {
  QUEUED: 'Waiting to be sent, or to be tried again.',
  SENT: 'Accepted by the mail server.',
  SUPPRESSED: 'Not sent, because there was nothing left to say when its turn came.',
  FAILED: 'Given up: refused for good, or too late.',
  BOUNCED: 'Accepted by the mail server, and sent back later.',
});
export type MailStatus = keyof typeof MailStatus;

@Entity('outbox_mail')
export class OutboxMail {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('text') key!: string;
  @Column('text') kind!: string;
  @Column('text') messageId!: string;
  @Column('text') toAddress!: string;
  @Column('text', { nullable: true }) toName!: string | null;
  @Column('text', { nullable: true }) replyTo!: string | null;
  /** Mails with the same one are shown together. */
  @Column('text', { nullable: true }) thread!: string | null;
  @Column('text', { nullable: true }) unsubscribeUrl!: string | null;
  @Column('text') language!: Language;
  @Column('text') subject!: string;
  @Column('text') textPart!: string;
  @Column('text') htmlPart!: string;
  @Column('text', { nullable: true }) calendarPart!: string | null;
  @Column('text') status!: MailStatus;
  @Column('text', { nullable: true }) reason!: string | null;
  @Column('text', { nullable: true }) smtpAnswer!: string | null;
  @Column('integer') attempts!: number;
  @Column('timestamptz') queuedAt!: Date;
  @Column('timestamptz') nextAttemptAt!: Date;
  @Column('timestamptz') expiresAt!: Date;
  @Column('timestamptz', { nullable: true }) leasedUntil!: Date | null;
  @Column('timestamptz', { nullable: true }) sentAt!: Date | null;
  @Column('timestamptz', { nullable: true }) bouncedAt!: Date | null;
  /** Whether the secrets of links were taken out of its words, which happens some time after it left. */
  @Column('boolean') secretsGone!: boolean;
}
