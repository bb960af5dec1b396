import type { ModuleRef } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import type { Viewer } from '../access/viewer.js';
import type { Clock } from '../clock.js';
import { currentRequest } from '../logging/request-context.js';
import { RequestLoaders, type GraphQLContext } from './loaders.js';

export interface ContextParts {
  readonly modules: Pick<ModuleRef, 'get'>;
  readonly db: DataSource;
  readonly clock: Clock;
}

/** What the resolvers of one answer share: made anew for each, because loaders remember what they have read. */
export const contextFor = (viewer: Viewer, { modules, db, clock }: ContextParts): GraphQLContext => ({
  viewer,
  now: clock.now(),
  asOf: new Map(),
  languages: currentRequest()?.languages ?? [],
  loaders: new RequestLoaders(modules, db, viewer),
});
