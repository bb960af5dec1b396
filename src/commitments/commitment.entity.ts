import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { Day } from '../action-plans/reporting-calendar.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import type { CommitmentRole, OgpValue } from './commitment.vocabulary.js';

@Entity('commitment')
export class Commitment {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') planId!: string;
  @Column('integer') number!: number;
  @Column('text', { nullable: true }) ogpId!: string | null;
  @Column('jsonb') title!: LocalizedText;
  @Column('jsonb', { nullable: true }) problem!: LocalizedText | null;
  @Column('jsonb', { nullable: true }) statusQuo!: LocalizedText | null;
  @Column('jsonb', { nullable: true }) action!: LocalizedText | null;
  @Column('jsonb', { nullable: true }) solution!: LocalizedText | null;
  @Column('jsonb', { nullable: true }) longTermGoal!: LocalizedText | null;
  @Column('jsonb', { nullable: true }) expectedOutputs!: LocalizedText | null;
  @Column('jsonb', { nullable: true }) expectedOutcomes!: LocalizedText | null;
  @Column('date', { nullable: true }) startsOn!: Day | null;
  @Column('date', { nullable: true }) endsOn!: Day | null;
  @Column('text', { array: true }) monthPrecision!: string[];
  @Column('text', { array: true }) policyAreas!: string[];
  @Column('text', { array: true }) sectors!: string[];
  @Column('text', { array: true }) ogpValues!: OgpValue[];
  @Column('uuid', { nullable: true }) workingGroupId!: string | null;
  @Column('text', { nullable: true }) url!: string | null;
  @Column('jsonb', { nullable: true }) note!: LocalizedText | null;
}

/** An implementing agency that the commitment itself names. */
@Entity('commitment_institution')
export class CommitmentInstitution {
  @PrimaryColumn('uuid') commitmentId!: string;
  @PrimaryColumn('uuid') institutionId!: string;
  @Column('text') role!: CommitmentRole;
  @Column('integer') position!: number;
}
