import { createParamDecorator, Injectable, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { sightOf } from '../access/sight.js';
import { Authentication, type Viewer } from '../access/viewer.js';
import { currentRequest } from '../logging/request-context.js';

const known = new WeakMap<FastifyRequest, Promise<Viewer>>();

/** Who sends the request; found out once. From then on the database shows what this viewer may see. */
export function viewerOf(request: FastifyRequest, authentication: Authentication): Promise<Viewer> {
  const found = known.get(request) ?? authentication.viewerOf(request);
  known.set(request, found);
  return found.then(actAs);
}

/** From here on the request shows what this viewer may see. */
export function actAs(viewer: Viewer): Viewer {
  const context = currentRequest();
  if (context) Object.assign(context, { sight: sightOf(viewer), isSignedIn: !viewer.isPublic });
  return viewer;
}

@Injectable()
export class ViewerPipe implements PipeTransform<FastifyRequest, Promise<Viewer>> {
  constructor(private readonly authentication: Authentication) {}

  transform(request: FastifyRequest): Promise<Viewer> {
    return viewerOf(request, this.authentication);
  }
}

const Request = createParamDecorator((_: unknown, context: ExecutionContext) =>
  context.switchToHttp().getRequest<FastifyRequest>(),
);

/** `@RequestViewer() viewer: Viewer` in a controller: who asks. */
export const RequestViewer = (): ParameterDecorator => Request(ViewerPipe);
