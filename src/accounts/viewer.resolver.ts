import { Query, Resolver } from '@nestjs/graphql';
import { ActionPlanById } from '../action-plans/action-plan.loaders.js';
import { InstitutionById } from '../institutions/institution.loaders.js';
import type { Viewer } from '../platform/access/viewer.js';
import { CurrentViewer, Loader, type LoaderOf } from '../platform/graphql/loaders.js';
import { ViewerInfo } from './viewer.type.js';

@Resolver(() => ViewerInfo)
export class ViewerResolver {
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
    return { name: viewer.name, roles };
  }
}
