import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActionPlansModule } from '../action-plans/action-plans.module.js';
import { InstitutionsModule } from '../institutions/institutions.module.js';
import { may } from '../platform/access/access.js';
import { Authentication } from '../platform/access/viewer.js';
import { NodeRegistry } from '../platform/graphql/node-registry.js';
import { MailGates } from '../platform/mail/mail-gates.js';
import { AccountAuthentication } from './account-authentication.js';
import { AccountController } from './account.controller.js';
import { ErasureService } from './erasure.service.js';
import { Erasures } from './erasures.js';
import { ForgetService } from './forget.service.js';
import { OpenIdController } from './open-id.controller.js';
import { OpenIdService } from './open-id.service.js';
import { GrantsOfPerson, PeopleQueries } from './people.queries.js';
import { PeopleResolver, RoleGrantsResolver } from './people.resolver.js';
import { PeopleService } from './people.service.js';
import { Person, RoleGrant } from './person.entity.js';
import { RolePlaces } from './role-places.js';
import { SessionAuthentication } from './session-authentication.js';
import { SessionsResolver } from './sessions.resolver.js';
import { SessionsService } from './sessions.service.js';
import { SignInController } from './sign-in.controller.js';
import { SignInCookies } from './sign-in.cookies.js';
import { Session, SignInLink, SignInRequest } from './sign-in.entity.js';
import { SIGN_IN } from './sign-in.mails.js';
import { SignInService } from './sign-in.service.js';
import { TokenAuthentication } from './token-authentication.js';
import { Token } from './token.entity.js';
import { TokensQueries } from './tokens.queries.js';
import { TokensResolver } from './tokens.resolver.js';
import { TokensService } from './tokens.service.js';
import { ViewerResolver } from './viewer.resolver.js';

const authentication = [
  { provide: Authentication, useClass: AccountAuthentication },
  TokenAuthentication,
  SessionAuthentication,
  SignInCookies,
];
const services = [
  SignInService,
  OpenIdService,
  SessionsService,
  PeopleService,
  ErasureService,
  Erasures,
  ForgetService,
  TokensService,
];
const queries = [PeopleQueries, GrantsOfPerson, TokensQueries, RolePlaces];
const resolvers = [ViewerResolver, SessionsResolver, PeopleResolver, RoleGrantsResolver, TokensResolver];

/** Global, because every door asks it who is there. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forFeature([Token, Person, RoleGrant, SignInLink, SignInRequest, Session]),
    ActionPlansModule,
    InstitutionsModule,
  ],
  controllers: [OpenIdController, SignInController, AccountController],
  providers: [...authentication, ...services, ...queries, ...resolvers],
  exports: [Erasures, Authentication, TokensService, PeopleService, ForgetService],
})
export class AccountsModule {
  constructor(
    nodes: NodeRegistry,
    gates: MailGates,
    signIn: SignInService,
    people: PeopleQueries,
    tokens: TokensQueries,
  ) {
    gates.registerOneByOne(SIGN_IN, (mail) => signIn.lookAgain(mail));
    nodes.register('Person', 'person', (id, viewer) => people.seen(id, viewer));
    nodes.register('Token', 'token', async (id, viewer) => {
      const token = await tokens.byId(id);
      return token && may(viewer, 'readAccounts', { planId: token.planId }) ? token : null;
    });
  }
}
