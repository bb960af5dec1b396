import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { dayOf } from '../action-plans/reporting-calendar.js';
import { InstitutionById } from '../institutions/institution.loaders.js';
import { InstitutionType } from '../institutions/institution.type.js';
import type { Viewer } from '../platform/access/viewer.js';
import { shortListComplexity } from '../platform/graphql/connection.js';
import { CurrentViewer, Loader, Now, type LoaderOf } from '../platform/graphql/loaders.js';
import { CommitmentById, DueDatesOfMilestone } from './commitment.loaders.js';
import { CommitmentType, DueDateChange, MilestoneReschedulePayload, MilestoneType } from './commitment.type.js';
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
  dueDateHistory(@Parent() milestone: MilestoneRow, @Loader(DueDatesOfMilestone) moves: LoaderOf<DueDatesOfMilestone>) {
    return moves.load(milestone.id);
  }

  @ResolveField(() => Boolean, {
    description: 'Whether its due day has passed, in the plan’s time zone, and it is neither completed nor cancelled.',
  })
  isOverdue(@Parent() milestone: MilestoneRow, @Now() now: Date): boolean {
    return isOverdue(milestone, dayOf(now, milestone.timeZone));
  }

  @ResolveField(() => [String])
  datesKnownToMonth(@Parent() milestone: MilestoneRow): string[] {
    return publicDateNames(milestone.monthPrecision);
  }

  @ResolveField(() => CommitmentType, { description: 'The commitment it belongs to.' })
  commitment(@Parent() milestone: MilestoneRow, @Loader(CommitmentById) commitments: LoaderOf<CommitmentById>) {
    return commitments.load(milestone.commitmentId);
  }

  @ResolveField(() => InstitutionType, {
    nullable: true,
    description: 'The institution that answers for it; null where none is named.',
  })
  responsibleInstitution(
    @Parent() milestone: MilestoneRow,
    @Loader(InstitutionById) institutions: LoaderOf<InstitutionById>,
  ) {
    return milestone.responsibleInstitutionId ? institutions.load(milestone.responsibleInstitutionId) : null;
  }
}
