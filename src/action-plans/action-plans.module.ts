import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { InstitutionsModule } from '../institutions/institutions.module.js';
import { NodeRegistry } from '../platform/graphql/node-registry.js';
import { ActionPlan } from './action-plan.entity.js';
import {
  ActionPlanById,
  CurrentPeriodOfPlan,
  ExtensionsOfPeriod,
  MemberById,
  ReportingPeriodById,
} from './action-plan.loaders.js';
import { ActionPlansQueries } from './action-plans.queries.js';
import {
  ActionPlansResolver,
  InstitutionMembersResolver,
  MembersResolver,
  PlanParticipationsResolver,
} from './action-plans.resolver.js';
import { Member } from './member.entity.js';
import { PeriodExtension } from './period-extension.entity.js';
import { PlanParticipation } from './plan-participation.entity.js';
import { ReportingPeriod } from './reporting-period.entity.js';
import { ReportingPeriodsQueries } from './reporting-periods.queries.js';
import { PeriodExtensionsResolver, ReportingPeriodsResolver } from './reporting-periods.resolver.js';
import { ReportingPeriodsService } from './reporting-periods.service.js';
import { HolidaysResolver, PlanWorkingWeekResolver, WorkingWeekResolver } from './working-week.resolver.js';
import { UndeliverableAddressesResolver } from './undeliverable-addresses.resolver.js';
import { UndeliverableAddressesService } from './undeliverable-addresses.service.js';

const loaders = [ActionPlanById, MemberById, ReportingPeriodById, CurrentPeriodOfPlan, ExtensionsOfPeriod];
const resolvers = [
  ActionPlansResolver,
  MembersResolver,
  PlanParticipationsResolver,
  InstitutionMembersResolver,
  ReportingPeriodsResolver,
  UndeliverableAddressesResolver,
  PeriodExtensionsResolver,
  PlanWorkingWeekResolver,
  WorkingWeekResolver,
  HolidaysResolver,
];

@Module({
  imports: [
    TypeOrmModule.forFeature([Member, ActionPlan, PlanParticipation, ReportingPeriod, PeriodExtension]),
    InstitutionsModule,
  ],
  providers: [
    ActionPlansQueries,
    ReportingPeriodsQueries,
    ReportingPeriodsService,
    UndeliverableAddressesService,
    ...loaders,
    ...resolvers,
  ],
  exports: [ActionPlansQueries, ReportingPeriodsQueries],
})
export class ActionPlansModule {
  constructor(nodes: NodeRegistry, plans: ActionPlansQueries, periods: ReportingPeriodsQueries) {
    nodes.register('ActionPlan', 'action_plan', async (id) => (await plans.byIds([id]))[0] ?? null);
    nodes.register('Member', 'member', async (id) => (await plans.membersByIds([id]))[0] ?? null);
    nodes.register('ReportingPeriod', 'reporting_period', async (id) => (await periods.byIds([id]))[0] ?? null);
    nodes.register('PlanParticipation', 'plan_participation', (id) => plans.participationById(id));
  }
}
