import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Day } from '../action-plans/reporting-calendar.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import type { MilestoneStatus } from './commitment.vocabulary.js';

@Entity('milestone')
export class Milestone {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') commitmentId!: string;
  @Column('integer') number!: number;
  @Column('jsonb') title!: LocalizedText;
  @Column('jsonb', { nullable: true }) expectedOutput!: LocalizedText | null;
  @Column('date', { nullable: true }) startsOn!: Day | null;
  @Column('date', { nullable: true }) dueOn!: Day | null;
  @Column('date', { nullable: true }) originalDueOn!: Day | null;
  @Column('text', { array: true }) monthPrecision!: string[];
  @Column('uuid', { nullable: true }) responsibleInstitutionId!: string | null;
  /** As the plan itself gives it; null where it says nothing, which is not the same as not started. What agencies have claimed since is in their check-ins; the view `milestone_now` joins both. */
  @Column('text', { nullable: true }) publishedStatus!: MilestoneStatus | null;
  @Column('integer', { nullable: true }) publishedPercent!: number | null;
  @Column('jsonb', { nullable: true }) note!: LocalizedText | null;
}
