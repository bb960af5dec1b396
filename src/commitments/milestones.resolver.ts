import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { dayOf } from '../action-plans/reporting-calendar.js';
import { InstitutionById } from '../institutions/institution.loaders.js';
import { InstitutionType } from '../institutions/institution.type.js';
import { Loader, Now, type LoaderOf } from '../platform/graphql/loaders.js';
import { CommitmentById } from './commitment.loaders.js';
import { CommitmentType, MilestoneType } from './commitment.type.js';
import type { MilestoneRow } from './milestones.queries.js';
import { isOverdue } from './overdue.js';
import { publicDateNames } from './public-date-names.js';

@Resolver(() => MilestoneType)
export class MilestonesResolver {
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
