import { Args, Field, Mutation, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { InstitutionById } from '../institutions/institution.loaders.js';
import { InstitutionType } from '../institutions/institution.type.js';
import type { Viewer } from '../platform/access/viewer.js';
import { shortListComplexity } from '../platform/graphql/connection.js';
import { CurrentViewer, Its, Loader, Now, type LoaderOf } from '../platform/graphql/loaders.js';
import { PeriodExtendInput } from './action-plan.inputs.js';
import { ActionPlanById, ExtensionsOfPeriod } from './action-plan.loaders.js';
import { ActionPlanType } from './action-plan.type.js';
import { PeriodExtensionType, PeriodStateType, ReportingPeriodType } from './reporting-period.type.js';
import { ReportingPeriodsService } from './reporting-periods.service.js';
import type { ReportingPeriodRow } from './reporting-periods.queries.js';
import { periodStateAt, type PeriodState } from './reporting-window.js';

@ObjectType({ description: 'The period with its new extension.' })
export class PeriodExtendPayload {
  @Field(() => ReportingPeriodType, { description: 'The period.' }) period!: ReportingPeriodType;
}

@Resolver(() => ReportingPeriodType)
export class ReportingPeriodsResolver {
  constructor(private readonly service: ReportingPeriodsService) {}

  @Mutation(() => PeriodExtendPayload, {
    description:
      'Gives one institution more time in one period. For the MEL officer. FORBIDDEN for others, NOT_FOUND for an unknown plan, period or institution, BAD_USER_INPUT when it would shorten the time.',
  })
  async periodExtend(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Who gets how much more time.' }) input: PeriodExtendInput,
  ) {
    return { period: await this.service.extend(viewer, input) };
  }

  @ResolveField(() => ActionPlanType, { description: 'The plan it belongs to.' })
  plan(@Its<ReportingPeriodRow>('planId') planId: string, @Loader(ActionPlanById) plans: LoaderOf<ActionPlanById>) {
    return plans.load(planId);
  }

  @ResolveField(() => PeriodStateType, {
    description: 'Where it stands now. An institution with an extension may still be on time: see its check-ins.',
  })
  state(@Parent() period: ReportingPeriodRow, @Now() now: Date): PeriodState {
    return periodStateAt(now, period, period.timeZone);
  }

  @ResolveField(() => [PeriodExtensionType], {
    description: 'Extensions for single institutions; at most one each.',
    complexity: shortListComplexity,
  })
  extensions(
    @Its<ReportingPeriodRow>('id') id: string,
    @Loader(ExtensionsOfPeriod) extensions: LoaderOf<ExtensionsOfPeriod>,
  ) {
    return extensions.load(id);
  }
}

@Resolver(() => PeriodExtensionType)
export class PeriodExtensionsResolver {
  @ResolveField(() => InstitutionType, { description: 'The institution that was given more time.' })
  institution(
    @Parent() extension: PeriodExtensionType,
    @Loader(InstitutionById) institutions: LoaderOf<InstitutionById>,
  ) {
    return institutions.load(extension.institutionId);
  }
}
