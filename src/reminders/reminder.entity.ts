import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Day } from '../action-plans/reporting-calendar.js';
import type { Language } from '../platform/i18n/text.js';
import type { ReminderAudience, ReminderStage, ReminderTemplate, SuppressionReason } from './reminder.vocabulary.js';

/**
 * The ledger: that a rule spoke of a matter to an address, or why it did not. Unique, so that whoever writes it first
 * decides; what became of its mail stands with the mail.
 */
@Entity('reminder')
export class Reminder {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') planId!: string;
  /** Key of the rule. */
  @Column('text') rule!: string;
  @Column('text') stage!: ReminderStage;
  @Column('text') template!: ReminderTemplate;
  @Column('text') audience!: ReminderAudience;
  /** What it is about: see `subjectOf`. */
  @Column('text') subject!: string;
  /** Empty, or which extension or which day of sending by hand it belongs to. */
  @Column('text') edition!: string;
  @Column('uuid', { nullable: true }) periodId!: string | null;
  @Column('uuid', { nullable: true }) institutionId!: string | null;
  @Column('uuid', { nullable: true }) workingGroupId!: string | null;
  @Column('date', { nullable: true }) dueOn!: Day | null;
  /** Null when the rule found nobody with an address. */
  @Column('text', { nullable: true }) address!: string | null;
  @Column('text', { nullable: true }) language!: Language | null;
  @Column('timestamptz') plannedAt!: Date;
  @Column('timestamptz') endsAt!: Date;
  /** The instant that the run which recorded it was for. */
  @Column('timestamptz') asOf!: Date;
  @Column('timestamptz') recordedAt!: Date;
  /** Why it was not sent; null when its mail speaks of it. */
  @Column('text', { nullable: true }) reason!: SuppressionReason | null;
  /** The mail that speaks of it, or that stands for it. */
  @Column('uuid', { nullable: true }) mailId!: string | null;
  /** Hash of what its mail says of it; null when that is not known, and has to be written again before it leaves. */
  @Column('bytea', { nullable: true }) toldHash!: Buffer | null;
}
