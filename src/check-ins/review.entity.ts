import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { MilestoneStatus } from '../commitments/commitment.vocabulary.js';

/** Something that the MEL officer looked at. */
export interface Seen {
  readonly url: string;
  readonly title: string | null;
}

/** What the MEL officer found: a record of its own beside the claim, never changed. */
@Entity('verification')
export class Verification {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') checkInId!: string;
  @Column('uuid') planId!: string;
  /** The version of the check-in that was looked at. */
  @Column('integer') claimVersion!: number;
  @Column('text') finding!: string;
  @Column('jsonb') evidence!: readonly Seen[];
  @Column('timestamptz') verifiedAt!: Date;
  @Column('text') verifiedBy!: string;
  @Column('text') actingAs!: string;
}

@Entity('verified_milestone')
export class VerifiedMilestone {
  @PrimaryColumn('uuid') verificationId!: string;
  @PrimaryColumn('uuid') milestoneId!: string;
  @Column('text') status!: MilestoneStatus;
  @Column('integer', { nullable: true }) percent!: number | null;
}

/** Between the agency and the MEL officer; the database shows it to nobody else. */
@Entity('check_in_comment')
export class CheckInComment {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') checkInId!: string;
  @Column('uuid') planId!: string;
  @Column('uuid') institutionId!: string;
  @Column('text') text!: string;
  @Column('timestamptz') writtenAt!: Date;
  @Column('text') writtenBy!: string;
  @Column('text') actingAs!: string;
}

/** Why a published check-in was opened again, for everybody to read. */
@Entity('check_in_correction')
export class CheckInCorrection {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') checkInId!: string;
  @Column('text') reason!: string;
  @Column('timestamptz') reopenedAt!: Date;
  @Column('text') reopenedBy!: string;
  @Column('text') actingAs!: string;
}
