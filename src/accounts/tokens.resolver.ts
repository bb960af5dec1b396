import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ActionPlanById } from '../action-plans/action-plan.loaders.js';
import { ActionPlanType } from '../action-plans/action-plan.type.js';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { InstitutionById } from '../institutions/institution.loaders.js';
import { InstitutionType } from '../institutions/institution.type.js';
import { assertMayAnywhere } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { listComplexity } from '../platform/graphql/connection.js';
import {
  CurrentViewer,
  Its,
  Loader,
  Loaders,
  type LoaderOf,
  type RequestLoaders,
} from '../platform/graphql/loaders.js';
import { TokenCreateInput, TokenRevokeInput, TokensArgs } from './token.inputs.js';
import { TokenConnection, TokenCreatePayload, TokenRevokePayload, TokenType } from './token.type.js';
import { TokensQueries } from './tokens.queries.js';
import { TokensService } from './tokens.service.js';

@Resolver(() => TokenType)
export class TokensResolver {
  constructor(
    private readonly service: TokensService,
    private readonly queries: TokensQueries,
    private readonly plans: ActionPlansQueries,
  ) {}

  @Query(() => TokenConnection, {
    description: 'Tokens that were given out, newest first. For administrators: FORBIDDEN for others.',
    complexity: listComplexity,
  })
  async tokens(@Args() args: TokensArgs, @CurrentViewer() viewer: Viewer, @Loaders() loaders: RequestLoaders) {
    assertMayAnywhere(viewer, 'readAccounts');
    const plan = args.plan ? await this.plans.byKey(args.plan) : null;
    return loaders.connection(this.queries.list(viewer, plan?.id ?? null), args);
  }

  @Mutation(() => TokenCreatePayload, {
    description:
      'Gives out a token for a program. For administrators: FORBIDDEN for others. BAD_USER_INPUT when the role needs a plan or an institution, or has no use for a scope.',
  })
  async tokenCreate(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'What it is for.' }) input: TokenCreateInput,
  ) {
    const { id, secret } = await this.service.create(viewer, input);
    return { secret, token: await this.queries.byId(id) };
  }

  @Mutation(() => TokenRevokePayload, {
    description:
      'Revokes a token, at once. For administrators: FORBIDDEN for others, NOT_FOUND when there is none, or no more.',
  })
  async tokenRevoke(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which one.' }) input: TokenRevokeInput,
  ) {
    await this.service.revoke(viewer, input.token);
    return { token: await this.queries.byId(input.token) };
  }

  @ResolveField(() => ActionPlanType, { nullable: true, description: 'The plan it holds in; null: in every plan.' })
  plan(@Its<TokenType>('planId') planId: string | null, @Loader(ActionPlanById) plans: LoaderOf<ActionPlanById>) {
    return planId ? plans.load(planId) : null;
  }

  @ResolveField(() => InstitutionType, {
    nullable: true,
    description: 'The institution that a focal point reports for, or whose groups a coordinator coordinates.',
  })
  institution(@Parent() token: TokenType, @Loader(InstitutionById) institutions: LoaderOf<InstitutionById>) {
    return token.institutionId ? institutions.load(token.institutionId) : null;
  }
}
