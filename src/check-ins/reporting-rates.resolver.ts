import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { ReportingPeriodById } from '../action-plans/action-plan.loaders.js';
import { ActionPlanType } from '../action-plans/action-plan.type.js';
import { ReportingPeriodType } from '../action-plans/reporting-period.type.js';
import { CommitmentById } from '../commitments/commitment.loaders.js';
import { CommitmentType } from '../commitments/commitment.type.js';
import { InstitutionById } from '../institutions/institution.loaders.js';
import { InstitutionType } from '../institutions/institution.type.js';
import { listComplexity } from '../platform/graphql/connection.js';
import { Its, Loader, Loaders, Now, type LoaderOf, type RequestLoaders } from '../platform/graphql/loaders.js';
import { ReportingRatesArgs } from './reporting-rate.inputs.js';
import { RateOfCommitment, RateOfPeriod, RateOfPlan } from './reporting-rate.loaders.js';
import { ReportingRate, ReportingRateGroup, ReportingRateGroupConnection } from './reporting-rate.type.js';
import { ReportingRatesQueries, type RateGroupRow } from './reporting-rates.queries.js';

@Resolver(() => ActionPlanType)
export class PlanRatesResolver {
  constructor(private readonly queries: ReportingRatesQueries) {}

  @ResolveField(() => ReportingRate, {
    description: 'How many check-ins were due and how many came, over all periods that have opened.',
  })
  reportingRate(@Its<ActionPlanType>('id') id: string, @Loader(RateOfPlan) rates: LoaderOf<RateOfPlan>) {
    return rates.load(id);
  }

  @ResolveField(() => ReportingRateGroupConnection, {
    description:
      'The same, told apart by institution, commitment or period, or by several of them: `by: [INSTITUTION, PERIOD]` is a table of who reported when. Only of what is owed, so that nothing stands with zero expected.',
    complexity: listComplexity,
  })
  reportingRates(
    @Its<ActionPlanType>('id') id: string,
    @Args() args: ReportingRatesArgs,
    @Loaders() loaders: RequestLoaders,
    @Now() now: Date,
  ) {
    return loaders.connection(this.queries.list(args.by, args.filter ?? {}, now), args, id);
  }
}

@Resolver(() => ReportingPeriodType)
export class PeriodRateResolver {
  @ResolveField(() => ReportingRate, {
    description: 'How many check-ins were due in it and how many came; zeros before it opens.',
  })
  reportingRate(@Its<ReportingPeriodType>('id') id: string, @Loader(RateOfPeriod) rates: LoaderOf<RateOfPeriod>) {
    return rates.load(id);
  }
}

@Resolver(() => CommitmentType)
export class CommitmentRateResolver {
  @ResolveField(() => ReportingRate, {
    description: 'How many check-ins were due on it and how many came, over all periods that have opened.',
  })
  reportingRate(@Its<CommitmentType>('id') id: string, @Loader(RateOfCommitment) rates: LoaderOf<RateOfCommitment>) {
    return rates.load(id);
  }
}

@Resolver(() => ReportingRateGroup)
export class ReportingRateGroupsResolver {
  @ResolveField()
  rate(@Parent() group: RateGroupRow): ReportingRate {
    return group;
  }

  @ResolveField(() => InstitutionType, { nullable: true, description: 'Whose; null unless told apart by institution.' })
  institution(@Parent() { institutionId }: RateGroupRow, @Loader(InstitutionById) of: LoaderOf<InstitutionById>) {
    return institutionId && of.load(institutionId);
  }

  @ResolveField(() => CommitmentType, {
    nullable: true,
    description: 'On what; null unless told apart by commitment.',
  })
  commitment(@Parent() { commitmentId }: RateGroupRow, @Loader(CommitmentById) of: LoaderOf<CommitmentById>) {
    return commitmentId && of.load(commitmentId);
  }

  @ResolveField(() => ReportingPeriodType, { nullable: true, description: 'When; null unless told apart by period.' })
  period(@Parent() { periodId }: RateGroupRow, @Loader(ReportingPeriodById) of: LoaderOf<ReportingPeriodById>) {
    return periodId && of.load(periodId);
  }
}
