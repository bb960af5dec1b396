import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ReminderRule } from './reminder-rule.js';
import type {
  DayUnit,
  ReminderAnchor,
  ReminderAudience,
  ReminderStage,
  ReminderTemplate,
} from './reminder.vocabulary.js';

/** A rule that a plan has of its own; it takes the place of the usual one with the same key. */
@Entity('reminder_rule')
export class ReminderRuleRow implements ReminderRule {
  @PrimaryColumn('uuid') planId!: string;
  @PrimaryColumn('text') key!: string;
  @Column('text') stage!: ReminderStage;
  @Column('text') template!: ReminderTemplate;
  @Column('text') audience!: ReminderAudience;
  @Column('text') anchor!: ReminderAnchor;
  @Column('integer') offsetDays!: number;
  @Column('text') unit!: DayUnit;
  @Column('text') localTime!: string;
  @Column('integer') latenessHours!: number;
  @Column('boolean') isOn!: boolean;
}
