import { Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ActionPlanById } from '../action-plans/action-plan.loaders.js';
import { InstitutionById } from '../institutions/institution.loaders.js';
import type { Viewer } from '../platform/access/viewer.js';
import { shortListComplexity } from '../platform/graphql/connection.js';
import { CurrentViewer, Loader, type LoaderOf } from '../platform/graphql/loaders.js';
import { PeopleQueries } from './people.queries.js';
import { PersonType, SessionType } from './person.type.js';
import { SessionsService } from './sessions.service.js';
import { ViewerInfo } from './viewer.type.js';

@Resolver(() => ViewerInfo)
export class ViewerResolver {
  constructor(
    private readonly people: PeopleQueries,
    private readonly sessionsService: SessionsService,
  ) {}

  @Query(() => ViewerInfo, { description: 'Who asks, and which roles that gives.' })
  viewer(
    @CurrentViewer() viewer: Viewer,
    @Loader(ActionPlanById) plans: LoaderOf<ActionPlanById>,
    @Loader(InstitutionById) institutions: LoaderOf<InstitutionById>,
  ) {
    const roles = viewer.grants.map(({ role, planId, institutionId }) => ({
      role,
      plan: planId ? plans.load(planId) : null,
      institution: institutionId ? institutions.load(institutionId) : null,
    }));
    return { name: viewer.name, roles, scopes: viewer.scopes };
  }

  @ResolveField(() => PersonType, { nullable: true, description: 'The person who is signed in; null for others.' })
  person(@CurrentViewer() viewer: Viewer) {
    return viewer.personId ? this.people.byId(viewer.personId) : null;
  }

  @ResolveField(() => [SessionType], {
    description: 'Where the person is signed in, the browser used last first; at most 100.',
    complexity: shortListComplexity,
  })
  sessions(@CurrentViewer() viewer: Viewer) {
    return this.sessionsService.own(viewer);
  }
}
