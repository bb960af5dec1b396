import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ActionPlanById } from '../action-plans/action-plan.loaders.js';
import { ActionPlanType } from '../action-plans/action-plan.type.js';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { InstitutionById } from '../institutions/institution.loaders.js';
import { InstitutionType } from '../institutions/institution.type.js';
import { InstitutionsQueries } from '../institutions/institutions.queries.js';
import { assertMayAnywhere } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { listComplexity, shortListComplexity } from '../platform/graphql/connection.js';
import {
  CurrentViewer,
  Its,
  Loader,
  Loaders,
  type LoaderOf,
  type RequestLoaders,
} from '../platform/graphql/loaders.js';
import { ErasureService } from './erasure.service.js';
import { PeopleArgs, PersonEraseInput, PersonInviteInput, RoleRevokeInput } from './people.inputs.js';
import { GrantsOfPerson, PeopleQueries } from './people.queries.js';
import { PeopleService } from './people.service.js';
import {
  PersonConnection,
  PersonErasePayload,
  PersonInvitePayload,
  PersonType,
  RoleGrantType,
  RoleRevokePayload,
} from './person.type.js';

@Resolver(() => PersonType)
export class PeopleResolver {
  constructor(
    private readonly service: PeopleService,
    private readonly erasure: ErasureService,
    private readonly queries: PeopleQueries,
    private readonly plans: ActionPlansQueries,
    private readonly institutions: InstitutionsQueries,
  ) {}

  @Query(() => PersonConnection, {
    description: 'People who may sign in, or might, newest first. For administrators: FORBIDDEN for others.',
    complexity: listComplexity,
  })
  async people(@Args() args: PeopleArgs, @CurrentViewer() viewer: Viewer, @Loaders() loaders: RequestLoaders) {
    assertMayAnywhere(viewer, 'readAccounts');
    const plan = args.filter?.plan ? await this.plans.byKey(args.filter.plan, 'filter.plan') : null;
    const wanted = { planId: plan?.id ?? null, role: args.filter?.role ?? null };
    return loaders.connection(this.queries.list(viewer, wanted), args);
  }

  @Mutation(() => PersonInvitePayload, {
    description:
      'Gives a person a role, and tells them by mail how to sign in. For administrators: FORBIDDEN for others. BAD_USER_INPUT when the role needs a plan or an institution, CONFLICT when somebody would be both MEL officer and monitoring body of a plan. A role that is held already stays as it is.',
  })
  async personInvite(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Whom, and which role.' }) input: PersonInviteInput,
  ) {
    return { person: await this.queries.byId(await this.service.invite(viewer, input)) };
  }

  @Mutation(() => RoleRevokePayload, {
    description:
      'Takes a role away, at once, also from sessions that are open. For administrators: FORBIDDEN for others, NOT_FOUND when it is not held.',
  })
  async roleRevoke(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which one.' }) input: RoleRevokeInput,
  ) {
    return { person: await this.queries.byId(await this.service.revoke(viewer, input.role)) };
  }

  @Mutation(() => PersonErasePayload, {
    description:
      'Erases address and name of a person, ends their sessions and takes their roles away. What they did stays on record, under an id that leads to nobody. For administrators of every plan: FORBIDDEN for others, NOT_FOUND when there is no such person, or no more. It cannot be undone.',
  })
  async personErase(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Whom.' }) { person }: PersonEraseInput,
  ) {
    const contacts = await this.erasure.erase(viewer, person);
    const contactsLeft = await Promise.all(contacts.map((id) => this.institutions.contactById(id, viewer)));
    return { person: await this.queries.byId(person), contactsLeft };
  }

  @ResolveField(() => [RoleGrantType], {
    description: 'Roles held now or before, the newest first; at most 100. Of plans that the viewer administers.',
    complexity: shortListComplexity,
  })
  roles(@Its<PersonType>('id') id: string, @Loader(GrantsOfPerson) grants: LoaderOf<GrantsOfPerson>) {
    return grants.load(id);
  }
}

@Resolver(() => RoleGrantType)
export class RoleGrantsResolver {
  @ResolveField(() => ActionPlanType, { nullable: true, description: 'The plan it holds in; null: in every plan.' })
  plan(@Its<RoleGrantType>('planId') planId: string | null, @Loader(ActionPlanById) plans: LoaderOf<ActionPlanById>) {
    return planId ? plans.load(planId) : null;
  }

  @ResolveField(() => InstitutionType, {
    nullable: true,
    description: 'The institution that a focal point reports for, or whose groups a coordinator coordinates.',
  })
  institution(@Parent() grant: RoleGrantType, @Loader(InstitutionById) institutions: LoaderOf<InstitutionById>) {
    return grant.institutionId ? institutions.load(grant.institutionId) : null;
  }
}
