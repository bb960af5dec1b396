import { Args, Mutation, ResolveField, Resolver } from '@nestjs/graphql';
import { dayOf, type Day } from '../action-plans/reporting-calendar.js';
import { InstitutionById } from '../institutions/institution.loaders.js';
import { InstitutionType } from '../institutions/institution.type.js';
import type { Viewer } from '../platform/access/viewer.js';
import { shortListComplexity } from '../platform/graphql/connection.js';
import { CurrentViewer, Its, Loader, Now, type LoaderOf } from '../platform/graphql/loaders.js';
import { CommitmentById, DueDatesOfMilestone } from './commitment.loaders.js';
import { CommitmentType, DueDateChange, MilestoneReschedulePayload, MilestoneType } from './commitment.type.js';
import type { MilestoneStatus } from './commitment.vocabulary.js';
import { MilestoneRescheduleInput } from './milestone-reschedule.input.js';
import { MilestonesService } from './milestones.service.js';
import { MilestonesQueries, type MilestoneRow } from './milestones.queries.js';
import { isOverdue } from './overdue.js';
import { publicDateNames } from './public-date-names.js';

@Resolver(() => MilestoneType)
export class MilestonesResolver {
  constructor(
    private readonly service: MilestonesService,
    private readonly queries: MilestonesQueries,
  ) {}

  @Mutation(() => MilestoneReschedulePayload, {
    description:
      'Moves the due date of a milestone. The date promised first and every later one stay public, with who moved it and why. For the MEL officer. FORBIDDEN for others, NOT_FOUND for an unknown milestone, BAD_USER_INPUT for a date that is none, the same, or before its start.',
  })
  async milestoneReschedule(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which milestone, to when, and why.' }) input: MilestoneRescheduleInput,
  ) {
    const [milestone] = await this.queries.byIds([await this.service.reschedule(viewer, input)]);
    return { milestone };
  }

  @ResolveField(() => [DueDateChange], {
    description: 'Every move of its due date, oldest first; at most 100. `originalDueDate` is what was promised first.',
    complexity: shortListComplexity,
  })
  dueDateHistory(
    @Its<MilestoneRow>('id') id: string,
    @Loader(DueDatesOfMilestone) moves: LoaderOf<DueDatesOfMilestone>,
  ) {
    return moves.load(id);
  }

  @ResolveField(() => Boolean, {
    description: 'Whether its due day has passed, in the plan’s time zone, and it is neither completed nor cancelled.',
  })
  isOverdue(
    @Its<MilestoneRow>('dueOn') dueOn: Day | null,
    @Its<MilestoneRow>('status') status: MilestoneStatus | null,
    @Its<MilestoneRow>('timeZone') timeZone: string,
    @Now() now: Date,
  ): boolean {
    return isOverdue({ dueOn, status }, dayOf(now, timeZone));
  }

  @ResolveField(() => [String])
  datesKnownToMonth(@Its<MilestoneRow>('monthPrecision') monthPrecision: string[]): string[] {
    return publicDateNames(monthPrecision);
  }

  @ResolveField(() => CommitmentType, { description: 'The commitment it belongs to.' })
  commitment(
    @Its<MilestoneRow>('commitmentId') commitmentId: string,
    @Loader(CommitmentById) commitments: LoaderOf<CommitmentById>,
  ) {
    return commitments.load(commitmentId);
  }

  @ResolveField(() => InstitutionType, {
    nullable: true,
    description: 'The institution that answers for it; null where none is named.',
  })
  responsibleInstitution(
    @Its<MilestoneRow>('responsibleInstitutionId') institutionId: string | null,
    @Loader(InstitutionById) institutions: LoaderOf<InstitutionById>,
  ) {
    return institutionId ? institutions.load(institutionId) : null;
  }
}
