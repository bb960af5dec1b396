import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActionPlansModule } from '../action-plans/action-plans.module.js';
import { Authentication } from '../platform/access/viewer.js';
import { TokenAuthentication } from './token-authentication.js';
import { Token } from './token.entity.js';
import { TokensService } from './tokens.service.js';
import { ViewerResolver } from './viewer.resolver.js';

/** Global, because every door asks it who is there. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Token]), ActionPlansModule],
  providers: [{ provide: Authentication, useClass: TokenAuthentication }, TokensService, ViewerResolver],
  exports: [Authentication, TokensService],
})
export class AccountsModule {}
