import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { ReminderAudience } from './reminder.vocabulary.js';

/** That somebody holds or mutes the reminders that fit everything given here. It stays on record when it is lifted. */
@Entity('reminder_pause')
export class ReminderPause {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('text') kind!: 'HOLD' | 'MUTE';
  @Column('uuid') planId!: string;
  @Column('uuid', { nullable: true }) institutionId!: string | null;
  @Column('uuid', { nullable: true }) periodId!: string | null;
  @Column('text', { nullable: true }) address!: string | null;
  @Column('text', { nullable: true }) audience!: ReminderAudience | null;
  @Column('timestamptz', { nullable: true }) until!: Date | null;
  @Column('text') reason!: string;
  @Column('timestamptz') setAt!: Date;
  @Column('text') setBy!: string;
  @Column('text') actingAs!: string;
  @Column('timestamptz', { nullable: true }) liftedAt!: Date | null;
  @Column('text', { nullable: true }) liftedBy!: string | null;
}

/** A link by which an address stops the mails that ask it to do nothing. */
@Entity('unsubscribe_link')
export class UnsubscribeLink {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') planId!: string;
  @Column('text') address!: string;
  @Column('text') audience!: ReminderAudience;
  @Column('bytea') secretHash!: Buffer;
  @Column('timestamptz') createdAt!: Date;
}
