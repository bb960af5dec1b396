import { ArgsType, Field, ID, InputType, Int } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { randomUUID } from 'node:crypto';
import { MilestoneStatus } from '../commitments/commitment.vocabulary.js';
import { PageArgs } from '../platform/graphql/connection.js';
import { enumOf } from '../platform/graphql/enum-of.js';
import { Day, Id, Inner, Key, LanguageTag, ListOf, Text, WholeNumber } from '../platform/graphql/input-rules.js';
import { DateScalar, DateTimeScalar, UrlScalar } from '../platform/graphql/scalars.js';
import type { Report } from './check-in.report.js';
import { Movement, Punctuality } from './check-in.vocabulary.js';
import { CheckInStatus } from './check-in.workflow.js';

const LONG = 10_000;

@InputType({ description: 'How one milestone of the commitment stands at the end of the period.' })
export class MilestoneUpdateInput {
  @Field(() => ID, { description: 'Id of a milestone of this commitment; each at most once.' })
  @Id()
  milestone!: string;
  @Field(() => MilestoneStatus, { description: 'Its status.' }) status!: MilestoneStatus;
  @Field(() => Int, { nullable: true, description: 'Completion in percent, 0 to 100.' })
  @WholeNumber(0, 100, { optional: true })
  percent?: number | null;
  @Field(() => DateScalar, {
    nullable: true,
    description: 'When the agency now expects to reach it. The due date does not move.',
  })
  @Day({ optional: true })
  forecastDate?: string | null;
  @Field(() => String, { nullable: true, description: 'What there is to say about it; at most 2,000 characters.' })
  @Text(2000, { optional: true })
  note?: string | null;
}

@InputType({ description: 'A link that shows what was done.' })
export class EvidenceInput {
  @Field(() => UrlScalar, { description: 'Where it is.' }) @Text(2000) url!: string;
  @Field(() => String, { nullable: true, description: 'What it is; at most 300 characters.' })
  @Text(300, { optional: true })
  title?: string | null;
  @Field(() => ID, { nullable: true, description: 'Id of the milestone that it is evidence for.' })
  @Id({ optional: true })
  milestone?: string | null;
}

@InputType({
  description:
    'What the agency says. Texts hold at most 10,000 characters. A field that is left out is empty: each save takes the place of the last.',
})
export class CheckInReportInput {
  @Field(() => Boolean, {
    defaultValue: false,
    description: 'True: there is nothing to report for this period. It counts as an answer; obstacles must say why.',
  })
  nothingToReport!: boolean;
  @Field(() => Movement, { nullable: true, description: 'How much has moved. Needed to submit.' })
  movement?: Movement | null;
  @Field(() => String, { nullable: true, description: 'What was done. Needed to submit.' })
  @Text(LONG, { optional: true })
  progress?: string | null;
  @Field(() => String, { nullable: true, description: 'What was achieved.' })
  @Text(LONG, { optional: true })
  achievements?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'What stood in the way. Needed to submit when nothing or little has moved.',
  })
  @Text(LONG, { optional: true })
  obstacles?: string | null;
  @Field(() => String, { nullable: true, description: 'What comes next.' }) @Text(LONG, { optional: true }) nextSteps?:
    string | null;
  @Field(() => String, { nullable: true, description: 'What help is needed, and from whom.' })
  @Text(LONG, { optional: true })
  supportNeeded?: string | null;
  @Field(() => String, { nullable: true, description: 'BCP 47 language that the texts are written in.' })
  @LanguageTag({ optional: true })
  language?: string | null;
  @Field(() => [MilestoneUpdateInput], { nullable: true, description: 'How milestones stand; at most 100.' })
  @ListOf(100, { optional: true })
  @Type(() => MilestoneUpdateInput)
  milestones?: MilestoneUpdateInput[] | null;
  @Field(() => [EvidenceInput], { nullable: true, description: 'Links that show it; at most 20.' })
  @ListOf(20, { optional: true })
  @Type(() => EvidenceInput)
  evidence?: EvidenceInput[] | null;
}

@InputType({ description: 'What a focal point has written so far, and in which check-in.' })
export class CheckInSaveDraftInput {
  @Field(() => ID, { description: 'Id of the check-in; expected ones exist as soon as their period opens.' })
  @Id()
  checkIn!: string;
  @Field(() => Int, { description: 'The `version` that was read. CONFLICT when somebody saved in between.' })
  @WholeNumber(0, 2_147_483_647)
  version!: number;
  @Field(() => CheckInReportInput, { description: 'What the agency says so far.' })
  @Inner()
  @Type(() => CheckInReportInput)
  report!: CheckInReportInput;
}

@InputType({ description: 'The check-in to hand in.' })
export class CheckInSubmitInput {
  @Field(() => ID, { description: 'Id of the check-in.' }) @Id() checkIn!: string;
  @Field(() => Int, { description: 'The `version` that was read. CONFLICT when somebody saved in between.' })
  @WholeNumber(0, 2_147_483_647)
  version!: number;
  @Field(() => CheckInReportInput, {
    nullable: true,
    description: 'What the agency says; the saved draft when left out.',
  })
  @Inner({ optional: true })
  @Type(() => CheckInReportInput)
  report?: CheckInReportInput | null;
}

export const CheckInOrder = enumOf('CheckInOrder', 'How a list of check-ins is sorted.', {
  PERIOD_ASC: 'Earliest period first.',
  PERIOD_DESC: 'Latest period first.',
  SUBMITTED_DESC: 'Handed in last comes first; those not handed in come first of all.',
});
export type CheckInOrder = keyof typeof CheckInOrder;

@InputType({ description: 'Which check-ins. Several conditions hold together.' })
export class CheckInFilter {
  @Field(() => String, { nullable: true, description: 'Key of a period.' })
  @Text(20, { optional: true })
  period?: string | null;
  @Field(() => String, { nullable: true, description: 'Key of an institution.' })
  @Key({ optional: true })
  institution?: string | null;
  @Field(() => Int, { nullable: true, description: 'Number of a commitment.' }) commitment?: number | null;
  @Field(() => [CheckInStatus], {
    nullable: true,
    description: 'Only those in one of these statuses, as you may see them.',
  })
  statuses?: CheckInStatus[] | null;
  @Field(() => Punctuality, { nullable: true, description: 'Only those handed in on time, or late.' }) punctuality?:
    keyof typeof Punctuality | null;
  @Field(() => Boolean, { nullable: true, description: 'True: only those past their due day and not handed in.' })
  overdue?: boolean | null;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'Only those that something may have happened to since this instant: handed in, reviewed, given more time, or opened within the day before it; all of the plan after it was imported again. It may name one that is as it was, and never leaves out one that is not. Give it the `checkInsChangedAt` of the plan that was read before the last list.',
  })
  updatedSince?: Date | null;
}

@ArgsType()
export class CheckInsArgs extends PageArgs {
  @Field(() => CheckInFilter, { nullable: true, description: 'Which check-ins; all when left out.' })
  @Inner({ optional: true })
  @Type(() => CheckInFilter)
  filter?: CheckInFilter | null;
  @Field(() => CheckInOrder, { defaultValue: 'PERIOD_DESC', description: 'How they are sorted.' })
  orderBy!: CheckInOrder;
}

/** The report with everything that was left out as empty, and texts without the white space around them. */
export function reportOf(input: CheckInReportInput): Report {
  const text = (value: string | null | undefined): string | null => value?.trim() || null;
  return {
    nothingToReport: input.nothingToReport,
    movement: input.movement ?? null,
    progress: text(input.progress),
    achievements: text(input.achievements),
    obstacles: text(input.obstacles),
    nextSteps: text(input.nextSteps),
    supportNeeded: text(input.supportNeeded),
    language: text(input.language),
    milestones: (input.milestones ?? []).map((update) => ({
      milestone: update.milestone,
      status: update.status,
      percent: update.percent ?? null,
      forecastDate: update.forecastDate ?? null,
      note: text(update.note),
    })),
    evidence: (input.evidence ?? []).map(({ url, title, milestone }) => ({
      id: randomUUID(),
      url,
      title: text(title),
      milestone: milestone ?? null,
    })),
  };
}
