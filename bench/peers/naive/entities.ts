import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';

/** A text in its languages, as the database keeps it. */
export type Words = Record<string, { text: string }> | null;

@ObjectType()
@Entity('institution')
export class Institution {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id!: string;

  @Column('jsonb')
  name!: Words;
}

@ObjectType()
@Entity('action_plan')
export class ActionPlan {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  key!: string;

  @Column('jsonb')
  title!: Words;
}

@ObjectType()
@Entity('commitment')
export class Commitment {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id!: string;

  @ManyToOne(() => ActionPlan)
  @JoinColumn({ name: 'plan_id' })
  plan!: ActionPlan;

  @Field(() => Int)
  @Column('integer')
  number!: number;

  @Column('jsonb')
  title!: Words;

  @Column('jsonb')
  problem!: Words;

  @Column('jsonb')
  action!: Words;

  @Field(() => String, { nullable: true })
  @Column('date', { name: 'starts_on' })
  startDate!: string | null;

  @Field(() => String, { nullable: true })
  @Column('date', { name: 'ends_on' })
  endDate!: string | null;
}

@Entity('commitment_institution')
export class CommitmentInstitution {
  @PrimaryColumn('uuid', { name: 'commitment_id' })
  commitmentId!: string;

  @PrimaryColumn('uuid', { name: 'institution_id' })
  institutionId!: string;

  @ManyToOne(() => Institution)
  @JoinColumn({ name: 'institution_id' })
  institution!: Institution;

  @Column('text')
  role!: string;

  @Column('integer')
  position!: number;
}

/** A view of the database: milestones with what was claimed last. */
@ObjectType()
@Entity('milestone_now')
export class Milestone {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'commitment_id' })
  commitmentId!: string;

  @Field(() => Int)
  @Column('integer')
  number!: number;

  @Column('jsonb')
  title!: Words;

  @Field(() => String, { nullable: true })
  @Column('date', { name: 'due_on' })
  dueDate!: string | null;

  @Field(() => String, { nullable: true })
  @Column('text')
  status!: string | null;

  @Column('uuid', { name: 'responsible_institution_id' })
  responsibleInstitutionId!: string | null;
}

@Entity('reporting_period')
export class ReportingPeriod {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('date', { name: 'starts_on' })
  startsOn!: string;
}

@ObjectType()
@Entity('check_in')
export class CheckIn {
  @Field(() => ID)
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'commitment_id' })
  commitmentId!: string;

  @ManyToOne(() => ReportingPeriod)
  @JoinColumn({ name: 'period_id' })
  period!: ReportingPeriod;

  @Field()
  @Column('text')
  status!: string;

  @Field(() => String, { nullable: true })
  @Column('text')
  progress!: string | null;

  @Field(() => Date, { nullable: true })
  @Column('timestamptz', { name: 'submitted_at' })
  submittedAt!: Date | null;
}
