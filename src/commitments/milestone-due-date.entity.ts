import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Day } from '../action-plans/reporting-calendar.js';

/** One move of a milestone's due date: never changed, never removed, public. */
@Entity('milestone_due_date')
export class MilestoneDueDate {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') milestoneId!: string;
  @Column('date') dueOn!: Day;
  @Column('date', { nullable: true }) previousDueOn!: Day | null;
  @Column('text') reason!: string;
  @Column('timestamptz') changedAt!: Date;
  @Column('text') changedBy!: string;
  @Column('text') actingAs!: string;
}
