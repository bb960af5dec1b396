import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { FastifyInstance } from 'fastify';
import { ACCESS } from './access-table.js';

const ONLY_READS = ['GET', 'HEAD', 'OPTIONS'];

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route that is not only read, as `POST /sign-in`. */
    changingRoutes: Set<string>;
  }
}

/** Notes every route that is added from here on. */
export function noteRoutes(http: FastifyInstance): void {
  const noted = new Set<string>();
  http.decorate('changingRoutes', noted);
  http.addHook('onRoute', ({ method, url }) => {
    for (const verb of [method].flat()) if (!ONLY_READS.includes(verb)) noted.add(`${verb} ${url}`);
  });
}

/** Nothing starts while something can be changed that the access table does not know of, or knows of in vain. */
@Injectable()
export class AccessCheck implements OnApplicationBootstrap {
  constructor(
    private readonly schemas: GraphQLSchemaHost,
    private readonly adapters: HttpAdapterHost,
  ) {}

  onApplicationBootstrap(): void {
    const mutations = Object.keys(this.schemas.schema.getMutationType()?.getFields() ?? {});
    const http = (
      this.adapters.httpAdapter as { getInstance?: () => Partial<FastifyInstance> } | undefined
    )?.getInstance?.();
    assertInTable(mutations, http?.changingRoutes ? [...http.changingRoutes] : null);
  }
}

/** @param routes null where nothing is served */
export function assertInTable(mutations: readonly string[], routes: readonly string[] | null): void {
  const known = Object.keys(ACCESS);
  const unknown = [...mutations, ...(routes ?? [])].filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`The access table says nothing of: ${unknown.join(', ')}.`);
  const gone = routes ? known.filter((name) => name.includes(' ') && !routes.includes(name)) : [];
  if (gone.length > 0) throw new Error(`The access table has rows for what does not exist: ${gone.join(', ')}.`);
}
