import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { ActionPlanById } from '../action-plans/action-plan.loaders.js';
import { ActionPlanType } from '../action-plans/action-plan.type.js';
import { dayOf } from '../action-plans/reporting-calendar.js';
import { CommitmentById } from '../commitments/commitment.loaders.js';
import { CommitmentType } from '../commitments/commitment.type.js';
import { InstitutionById } from '../institutions/institution.loaders.js';
import { InstitutionType } from '../institutions/institution.type.js';
import type { Viewer } from '../platform/access/viewer.js';
import { listComplexity, shortListComplexity } from '../platform/graphql/connection.js';
import {
  CurrentViewer,
  Its,
  Loader,
  Loaders,
  Now,
  type LoaderOf,
  type RequestLoaders,
} from '../platform/graphql/loaders.js';
import { AssessmentFileInput, AssessmentsArgs } from './assessment.inputs.js';
import { DeadlinesOfPlan, MOST_DEADLINES } from './assessment.loaders.js';
import { AssessmentConnection, AssessmentDeadline, AssessmentFilePayload, AssessmentType } from './assessment.type.js';
import { AssessmentsQueries, type AssessmentDue, type AssessmentRow } from './assessments.queries.js';
import { AssessmentsService } from './assessments.service.js';

@Resolver(() => AssessmentType)
export class AssessmentsResolver {
  constructor(
    private readonly service: AssessmentsService,
    private readonly queries: AssessmentsQueries,
  ) {}

  @Mutation(() => AssessmentFilePayload, {
    description:
      'Files an assessment, beside claims and verifications; a newer one takes the place of an older one, and both stay public. For the monitoring body of the plan, who is never its MEL officer. FORBIDDEN for others, NOT_FOUND for an unknown plan or commitment, BAD_USER_INPUT without the commitment where one is needed.',
  })
  async assessmentFile(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'What was assessed, and what was found.' }) input: AssessmentFileInput,
  ) {
    const [assessment] = await this.queries.byIds([await this.service.file(viewer, input)]);
    return { assessment };
  }

  @ResolveField(() => ActionPlanType, { description: 'The plan that was assessed, or that the commitment is part of.' })
  plan(@Its<AssessmentRow>('planId') planId: string, @Loader(ActionPlanById) plans: LoaderOf<ActionPlanById>) {
    return plans.load(planId);
  }

  @ResolveField(() => CommitmentType, {
    nullable: true,
    description: 'The commitment that was assessed; null where it is the plan as a whole.',
  })
  commitment(
    @Its<AssessmentRow>('commitmentId') commitmentId: string | null,
    @Loader(CommitmentById) commitments: LoaderOf<CommitmentById>,
  ) {
    return commitmentId ? commitments.load(commitmentId) : null;
  }

  @ResolveField(() => InstitutionType, {
    nullable: true,
    description: 'The monitoring body; null where neither the role of whoever filed it nor the plan names one.',
  })
  institution(@Parent() assessment: AssessmentRow, @Loader(InstitutionById) institutions: LoaderOf<InstitutionById>) {
    return assessment.institutionId ? institutions.load(assessment.institutionId) : null;
  }
}

@Resolver(() => AssessmentDeadline)
export class AssessmentDeadlinesResolver {
  @ResolveField(() => CommitmentType, {
    nullable: true,
    description: 'The commitment to be assessed; null for the inception of the plan.',
  })
  commitment(
    @Its<AssessmentDue>('commitmentId') commitmentId: string | null,
    @Loader(CommitmentById) commitments: LoaderOf<CommitmentById>,
  ) {
    return commitmentId ? commitments.load(commitmentId) : null;
  }

  @ResolveField(() => Boolean, {
    description: 'Whether its day has passed, in the plan’s time zone, and it is not filed.',
  })
  isOverdue(@Parent() { filedOn, dueOn, timeZone }: AssessmentDue, @Now() now: Date): boolean {
    return filedOn === null && dueOn < dayOf(now, timeZone);
  }
}

/** What assessments add to a commitment. */
@Resolver(() => CommitmentType)
export class CommitmentAssessmentsResolver {
  constructor(private readonly queries: AssessmentsQueries) {}

  @ResolveField(() => AssessmentConnection, {
    description: 'Its assessments, newest first.',
    complexity: listComplexity,
  })
  assessments(
    @Its<CommitmentType>('id') id: string,
    @Args() args: AssessmentsArgs,
    @Loaders() loaders: RequestLoaders,
  ) {
    return loaders.connection(this.queries.list(args.filter ?? {}, 'commitment'), args, id);
  }
}

/** What assessments add to a plan. */
@Resolver(() => ActionPlanType)
export class ActionPlanAssessmentsResolver {
  constructor(private readonly queries: AssessmentsQueries) {}

  @ResolveField(() => AssessmentConnection, {
    description: 'Assessments of the plan and of its commitments, newest first.',
    complexity: listComplexity,
  })
  assessments(
    @Its<ActionPlanType>('id') id: string,
    @Args() args: AssessmentsArgs,
    @Loaders() loaders: RequestLoaders,
  ) {
    return loaders.connection(this.queries.list(args.filter ?? {}, 'plan'), args, id);
  }

  @ResolveField(() => [AssessmentDeadline], {
    description: `What the monitoring body owes: the assessment at the inception two months after the submission, and one of each commitment a month after its agencies claimed that the last milestone is completed. Those not filed first, then by the day; at most ${MOST_DEADLINES}.`,
    complexity: shortListComplexity,
  })
  assessmentDeadlines(
    @Its<ActionPlanType>('id') id: string,
    @Loader(DeadlinesOfPlan) deadlines: LoaderOf<DeadlinesOfPlan>,
  ) {
    return deadlines.load(id);
  }
}
