import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { Day } from '../action-plans/reporting-calendar.js';
import type { MilestoneStatus } from '../commitments/commitment.vocabulary.js';
import type { Language } from '../platform/i18n/text.js';
import type { Report } from './check-in.report.js';
import type { CheckInStatus, StoredStatus } from './check-in.workflow.js';
import type { Movement } from './check-in.vocabulary.js';

/** What everybody may see of a check-in: the agency's last claim. What it is writing now is a `CheckInDraft`. */
@Entity('check_in')
export class CheckIn {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') planId!: string;
  @Column('uuid') commitmentId!: string;
  @Column('uuid') institutionId!: string;
  @Column('uuid') periodId!: string;
  /** The database sees to it, for its indexes. */
  @Column({ type: 'date', insert: false, update: false }) periodStartsOn!: Day;
  @Column('text') status!: StoredStatus;
  /** Counts every save and every decision; who sends back an older one is told of the change in between. */
  @Column('integer') version!: number;
  @Column('text', { nullable: true }) punctuality!: 'ON_TIME' | 'LATE' | null;
  @Column('boolean') nothingToReport!: boolean;
  @Column('text', { nullable: true }) movement!: Movement | null;
  @Column('text', { nullable: true }) progress!: string | null;
  @Column('text', { nullable: true }) achievements!: string | null;
  @Column('text', { nullable: true }) obstacles!: string | null;
  @Column('text', { nullable: true }) nextSteps!: string | null;
  @Column('text', { nullable: true }) supportNeeded!: string | null;
  @Column('text', { nullable: true }) language!: Language | null;
  @Column('timestamptz', { nullable: true }) savedAt!: Date | null;
  @Column('text', { nullable: true }) savedBy!: string | null;
  @Column('timestamptz', { nullable: true }) submittedAt!: Date | null;
  @Column('text', { nullable: true }) submittedBy!: string | null;
}

/** What the agency has written and not handed in. The database shows it to those who may see it alone. */
@Entity('check_in_draft')
export class CheckInDraft {
  @PrimaryColumn('uuid') checkInId!: string;
  @Column('uuid') planId!: string;
  @Column('uuid') institutionId!: string;
  @Column('integer') version!: number;
  @Column('jsonb') report!: Report;
  @Column('timestamptz') savedAt!: Date;
  @Column('text') savedBy!: string;
}

/** What a check-in said at one save. The database refuses to change or remove a row, and shows drafts to few. */
@Entity('check_in_revision')
export class CheckInRevision {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') checkInId!: string;
  @Column('uuid') planId!: string;
  @Column('uuid') institutionId!: string;
  @Column('integer') version!: number;
  @Column('text') status!: CheckInStatus;
  @Column('jsonb') report!: Report;
  @Column('timestamptz') savedAt!: Date;
  @Column('text') savedBy!: string;
}

@Entity('milestone_update')
export class MilestoneUpdate {
  @PrimaryColumn('uuid') checkInId!: string;
  @PrimaryColumn('uuid') milestoneId!: string;
  @Column('text') status!: MilestoneStatus;
  @Column('integer', { nullable: true }) percent!: number | null;
  @Column('date', { nullable: true }) forecastOn!: Day | null;
  @Column('text', { nullable: true }) note!: string | null;
}

@Entity('evidence')
export class Evidence {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') checkInId!: string;
  @Column('uuid', { nullable: true }) milestoneId!: string | null;
  @Column('text') kind!: 'LINK';
  @Column('text') url!: string;
  @Column('text', { nullable: true }) title!: string | null;
  @Column('integer') position!: number;
}
