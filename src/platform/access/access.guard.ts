import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { FastifyRequest } from 'fastify';
import type { GraphQLResolveInfo } from 'graphql';
import type { GraphQLContext } from '../graphql/loaders.js';
import { viewerOf } from '../http/viewers.js';
import { ACCESS, type ActionName } from './access-table.js';
import { assertMayAnywhere } from './access.js';
import { Authentication, type Viewer } from './viewer.js';

const ONLY_READS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Stands before every mutation and every route that changes something: whoever holds no role that is ever allowed to do it
 * is refused before anything is looked up. Whether it is allowed to this very thing is asked again inside the change.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly authentication: Authentication) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const asked = context.getType<string>() === 'graphql' ? inGraphQL(context) : await this.inHttp(context);
    if (!asked) return true;
    const { action, viewer } = asked;
    if (!Object.hasOwn(ACCESS, action)) throw new Error(`"${action}" is missing in the access table.`);
    assertMayAnywhere(viewer, action as ActionName);
    return true;
  }

  private async inHttp(context: ExecutionContext): Promise<Asked | null> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (ONLY_READS.includes(request.method)) return null;
    const action = `${request.method} ${request.routeOptions.url ?? ''}`;
    return { action, viewer: await viewerOf(request, this.authentication) };
  }
}

interface Asked {
  readonly action: string;
  readonly viewer: Viewer;
}

function inGraphQL(context: ExecutionContext): Asked | null {
  const question = GqlExecutionContext.create(context);
  const info = question.getInfo<GraphQLResolveInfo>();
  if (info.parentType.name !== 'Mutation') return null;
  return { action: info.fieldName, viewer: question.getContext<GraphQLContext>().viewer };
}
