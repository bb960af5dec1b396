import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ActionPlanById, ReportingPeriodById } from '../action-plans/action-plan.loaders.js';
import { ActionPlanType } from '../action-plans/action-plan.type.js';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { ReportingPeriodType } from '../action-plans/reporting-period.type.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Settings } from '../platform/config/settings.js';
import { listComplexity } from '../platform/graphql/connection.js';
import {
  CurrentViewer,
  Its,
  Loader,
  Loaders,
  type LoaderOf,
  type RequestLoaders,
} from '../platform/graphql/loaders.js';
import { UrlScalar } from '../platform/graphql/scalars.js';
import { PeriodPublishInput, PublicationsArgs, PublicationsOfPlanArgs } from './publication.inputs.js';
import { LatestPublicationOfPeriod } from './publication.loaders.js';
import {
  PeriodPublishPayload,
  PublicationConnection,
  PublicationDifference,
  PublicationType,
} from './publication.type.js';
import { publicationUrl } from './publication.url.js';
import { PublicationsQueries, type PublicationRow } from './publications.queries.js';
import { PublicationsService } from './publications.service.js';

@Resolver(() => PublicationType)
export class PublicationsResolver {
  constructor(
    private readonly service: PublicationsService,
    private readonly queries: PublicationsQueries,
    private readonly plans: ActionPlansQueries,
    private readonly settings: Settings,
  ) {}

  @Query(() => PublicationConnection, {
    description: 'What was published of a plan, newest first, every version. NOT_FOUND when there is no such plan.',
    complexity: listComplexity,
  })
  async publications(@Args() args: PublicationsOfPlanArgs, @Loaders() loaders: RequestLoaders) {
    const plan = await this.plans.byKey(args.plan);
    return loaders.connection(this.queries.list(args), args, plan.id);
  }

  @Mutation(() => PeriodPublishPayload, {
    description:
      'Publishes a reporting period: freezes what is public of it now, under an address and with a hash that stay for ever. Check-ins keep their status; what was only claimed is published as a claim. For the MEL officer. Again without a change it answers the same publication; after a change it makes the next version, with a reason. FORBIDDEN for others, NOT_FOUND for an unknown plan or period, CONFLICT while reporting has not opened, and for a correction without a reason.',
  })
  async periodPublish(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which period, and why it is corrected.' }) input: PeriodPublishInput,
  ) {
    const { id, isNew } = await this.service.publish(viewer, input);
    const [publication] = await this.queries.byIds([id]);
    return { publication, isNew };
  }

  @ResolveField(() => ActionPlanType, { description: 'The plan.' })
  plan(@Its<PublicationRow>('planId') planId: string, @Loader(ActionPlanById) plans: LoaderOf<ActionPlanById>) {
    return plans.load(planId);
  }

  @ResolveField(() => ReportingPeriodType, { description: 'The period.' })
  period(
    @Its<PublicationRow>('periodId') periodId: string,
    @Loader(ReportingPeriodById) periods: LoaderOf<ReportingPeriodById>,
  ) {
    return periods.load(periodId);
  }

  @ResolveField(() => UrlScalar, {
    description:
      'Where its content is found for ever. Add `/progress.csv`, `.json`, `.ndjson`, `.xlsx` or `/datapackage.json` for its files.',
  })
  url(@Parent() publication: PublicationRow): string {
    return publicationUrl(this.settings.PUBLIC_URL, publication);
  }

  @ResolveField(() => PublicationDifference, { description: 'How it differs from the publication before.' })
  difference(@Parent() { difference: { since, ...rest } }: PublicationRow) {
    return { ...rest, period: since?.period ?? null, version: since?.version ?? null };
  }
}

/** What publications add to a plan. */
@Resolver(() => ActionPlanType)
export class ActionPlanPublicationsResolver {
  constructor(private readonly queries: PublicationsQueries) {}

  @ResolveField(() => PublicationConnection, {
    description: 'What was published of it, newest first, every version.',
    complexity: listComplexity,
  })
  publications(
    @Its<ActionPlanType>('id') id: string,
    @Args() args: PublicationsArgs,
    @Loaders() loaders: RequestLoaders,
  ) {
    return loaders.connection(this.queries.list(args), args, id);
  }
}

/** What publications add to a period. */
@Resolver(() => ReportingPeriodType)
export class ReportingPeriodPublicationResolver {
  @ResolveField(() => PublicationType, {
    nullable: true,
    description: 'Its newest publication; null while it was not published.',
  })
  publication(
    @Its<ReportingPeriodType>('id') id: string,
    @Loader(LatestPublicationOfPeriod) latest: LoaderOf<LatestPublicationOfPeriod>,
  ) {
    return latest.load(id);
  }
}
