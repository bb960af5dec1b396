import { Args, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { InstitutionConnection, InstitutionType } from '../institutions/institution.type.js';
import { InstitutionById } from '../institutions/institution.loaders.js';
import type { AskedColumns } from '../platform/database/columns.js';
import { AsOf } from '../platform/graphql/as-of.js';
import { listComplexity } from '../platform/graphql/connection.js';
import { Asked, Its, Loader, Loaders, Now, type LoaderOf, type RequestLoaders } from '../platform/graphql/loaders.js';
import { CurrentPeriodOfPlan, MemberById } from './action-plan.loaders.js';
import { ActionPlansArgs, InstitutionsArgs, ParticipationsArgs, ReportingPeriodsArgs } from './action-plan.inputs.js';
import {
  ActionPlanConnection,
  ActionPlanType,
  MemberType,
  PlanParticipationConnection,
  PlanParticipationType,
} from './action-plan.type.js';
import { ActionPlansQueries, type ActionPlanRow } from './action-plans.queries.js';
import { ReportingPeriodConnection, ReportingPeriodType } from './reporting-period.type.js';
import { ReportingPeriodsQueries } from './reporting-periods.queries.js';

const PUBLIC_NAMES: Readonly<Record<string, string>> = {
  submittedOn: 'submissionDate',
  startsOn: 'startDate',
  endsOn: 'endDate',
  administrationStartedOn: 'administrationStartDate',
  termEndsOn: 'termEndDate',
};

@Resolver(() => ActionPlanType)
export class ActionPlansResolver {
  constructor(
    private readonly plans: ActionPlansQueries,
    private readonly reportingPeriods: ReportingPeriodsQueries,
  ) {}

  @Query(() => ActionPlanType, { nullable: true, description: 'One plan by its key. NOT_FOUND when there is none.' })
  actionPlan(
    @Args('key', { description: 'For example `greater-salt-2024-2025`.' }) key: string,
    @AsOf() _asOf: Date | null,
    @Asked() asked: AskedColumns,
  ) {
    return this.plans.byKey(key, 'key', asked);
  }

  @Query(() => ActionPlanConnection, { description: 'All plans of all members.', complexity: listComplexity })
  actionPlans(@Args() args: ActionPlansArgs, @Loaders() loaders: RequestLoaders) {
    return loaders.connection(this.plans.list(args.orderBy, args.filter ?? {}), args);
  }

  @Query(() => InstitutionConnection, {
    description: 'Institutions, of one plan or of all. NOT_FOUND when there is no such plan.',
    complexity: listComplexity,
  })
  async institutions(@Args() args: InstitutionsArgs, @AsOf() _asOf: Date | null, @Loaders() loaders: RequestLoaders) {
    const plan = args.plan ? await this.plans.byKey(args.plan) : null;
    return loaders.connection(this.plans.institutionsOf(plan?.id ?? null, args.filter ?? {}), args);
  }

  @ResolveField(() => MemberType, { description: 'The government whose plan it is.' })
  member(@Its<ActionPlanRow>('memberId') memberId: string, @Loader(MemberById) members: LoaderOf<MemberById>) {
    return members.load(memberId);
  }

  @ResolveField(() => [String])
  datesKnownToMonth(@Its<ActionPlanRow>('monthPrecision') monthPrecision: string[]): string[] {
    return monthPrecision.map((name) => PUBLIC_NAMES[name] ?? name);
  }

  @ResolveField()
  dissemination(
    @Its<ActionPlanRow>('dissemination') dissemination: ActionPlanRow['dissemination'],
    @Its<ActionPlanRow>('ownLanguage') ownLanguage: string,
  ) {
    return dissemination.map((text) => ({ text, ownLanguage }));
  }

  @ResolveField(() => PlanParticipationConnection, {
    description: 'Which institutions have which part in the plan as a whole.',
    complexity: listComplexity,
  })
  participations(
    @Its<ActionPlanRow>('id') id: string,
    @Args() args: ParticipationsArgs,
    @Loaders() loaders: RequestLoaders,
  ) {
    return loaders.connection(this.plans.participations(args.role ?? null), args, id);
  }

  @ResolveField(() => ReportingPeriodConnection, {
    description: 'Its reporting periods. Empty while the plan has no dates to count them from.',
    complexity: listComplexity,
  })
  periods(
    @Its<ActionPlanRow>('id') id: string,
    @Args() args: ReportingPeriodsArgs,
    @Loaders() loaders: RequestLoaders,
    @Now() now: Date,
  ) {
    return loaders.connection(this.reportingPeriods.list(args.orderBy, args.filter ?? {}, now), args, id);
  }

  @ResolveField(() => ReportingPeriodType, {
    nullable: true,
    description: 'The period that today falls in, in the plan’s time zone; null before the first and after the last.',
  })
  currentPeriod(
    @Its<ActionPlanRow>('id') id: string,
    @Loader(CurrentPeriodOfPlan) current: LoaderOf<CurrentPeriodOfPlan>,
  ) {
    return current.load(id);
  }
}

@Resolver(() => MemberType)
export class MembersResolver {
  constructor(private readonly plans: ActionPlansQueries) {}

  @ResolveField(() => ActionPlanConnection, { description: 'Its action plans.', complexity: listComplexity })
  actionPlans(@Its<MemberType>('id') id: string, @Args() args: ActionPlansArgs, @Loaders() loaders: RequestLoaders) {
    return loaders.connection(this.plans.list(args.orderBy, args.filter ?? {}, true), args, id);
  }
}

@Resolver(() => PlanParticipationType)
export class PlanParticipationsResolver {
  @ResolveField(() => InstitutionType, { description: 'The institution.' })
  institution(
    @Parent() participation: PlanParticipationType,
    @Loader(InstitutionById) institutions: LoaderOf<InstitutionById>,
  ) {
    return institutions.load(participation.institutionId);
  }
}

@Resolver(() => InstitutionType)
export class InstitutionMembersResolver {
  @ResolveField(() => MemberType, { description: 'The member that the institution belongs to.' })
  member(@Parent() institution: InstitutionType, @Loader(MemberById) members: LoaderOf<MemberById>) {
    return members.load(institution.memberId);
  }
}
