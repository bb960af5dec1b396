import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Language } from '../platform/i18n/text.js';
import type { ReminderStage } from './reminder.stages.js';

/** That an address was reminded for an institution, a period and a stage. Unique: a second one is never written. */
@Entity('reminder')
export class Reminder {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') planId!: string;
  @Column('uuid') periodId!: string;
  @Column('uuid') institutionId!: string;
  @Column('text') stage!: ReminderStage;
  @Column('text') address!: string;
  @Column('text') language!: Language;
  @Column('timestamptz') asOf!: Date;
  @Column('timestamptz') recordedAt!: Date;
  @Column('uuid') mailId!: string;
}
