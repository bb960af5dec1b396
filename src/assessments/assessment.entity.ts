import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Day } from '../action-plans/reporting-calendar.js';
import type {
  AssessedCompletion,
  AssessmentKind,
  OpenedGovernment,
  PotentialForResults,
  Verifiability,
} from './assessment.vocabulary.js';

/** What the monitoring body found: a record of its own beside claims and verifications, never changed. */
@Entity('assessment')
export class Assessment {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') planId!: string;
  /** Null where it is of the plan as a whole. */
  @Column('uuid', { nullable: true }) commitmentId!: string | null;
  @Column('uuid', { nullable: true }) institutionId!: string | null;
  @Column('text') kind!: AssessmentKind;
  /** As it was when the assessment was filed; null where nothing was owed yet. */
  @Column('date', { nullable: true }) dueOn!: Day | null;
  @Column('date') filedOn!: Day;
  @Column('timestamptz') filedAt!: Date;
  @Column('text') filedBy!: string;
  @Column('text') actingAs!: string;
  @Column('text') summary!: string;
  @Column('text', { nullable: true }) url!: string | null;
  @Column('text', { nullable: true }) completion!: AssessedCompletion | null;
  @Column('text', { nullable: true }) verifiability!: Verifiability | null;
  @Column('text', { nullable: true }) potentialForResults!: PotentialForResults | null;
  @Column('text', { nullable: true }) openedGovernment!: OpenedGovernment | null;
}
