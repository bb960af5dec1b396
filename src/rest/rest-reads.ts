import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../platform/access/viewer.js';
import { Settings } from '../platform/config/settings.js';
import { withoutConnections } from '../platform/rest/question-shape.js';
import { parametersOf, QueryReader, type Query } from '../platform/rest/query-parameters.js';
import { looksBack, StoredQuestions } from '../platform/rest/stored-question.js';
import type { ListResource, OneResource } from './resources.js';

export interface ListPage {
  readonly items: readonly unknown[];
  readonly totalCount: number;
  readonly nextCursor: string | null;
}

interface PageAnswer {
  readonly nodes: readonly unknown[];
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Turns an address with its parameters into the variables of a question, and the answer into what REST sends. */
@Injectable()
export class RestReads {
  constructor(
    private readonly questions: StoredQuestions,
    private readonly settings: Settings,
  ) {}

  async page(
    list: ListResource,
    places: Record<string, string>,
    request: FastifyRequest,
    viewer: Viewer,
  ): Promise<{ page: ListPage; next: string | null }> {
    const variables = this.variablesOf(list, request.query as Query);
    const answer = await this.questions.ask(list.question, { ...places, ...variables }, viewer);
    const { nodes, totalCount, pageInfo } = at(answer, list.path) as PageAnswer;
    const nextCursor = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    return {
      page: { items: withoutConnections(nodes) as unknown[], totalCount, nextCursor },
      next: nextCursor === null ? null : this.withCursor(request.url, nextCursor),
    };
  }

  async one(
    { question, path }: OneResource,
    places: Record<string, string | number>,
    request: FastifyRequest,
    viewer: Viewer,
  ): Promise<unknown> {
    const reader = new QueryReader(request.query as Query);
    const asOf = looksBack(question) ? reader.instant('asOf') : undefined;
    reader.language();
    reader.done();
    return withoutConnections(at(await this.questions.ask(question, { ...places, asOf }, viewer), path));
  }

  private variablesOf(list: ListResource, query: Query): Record<string, unknown> {
    const reader = new QueryReader(query);
    const filter: Record<string, unknown> = {};
    const variables: Record<string, unknown> = { filter, first: reader.limit(), after: reader.text('cursor') };
    for (const parameter of parametersOf(this.questions.schema, list)) {
      const value = reader.parameter(parameter);
      if (value !== undefined) (parameter.goesTo === 'filter' ? filter : variables)[parameter.name] = value;
    }
    if (looksBack(list.question)) variables['asOf'] = reader.instant('asOf');
    reader.language();
    reader.done();
    return variables;
  }

  private withCursor(url: string, cursor: string): string {
    const address = new URL(url, this.settings.PUBLIC_URL);
    address.searchParams.set('cursor', cursor);
    return address.href;
  }
}

export const at = (answer: unknown, path: readonly string[]): unknown =>
  path.reduce((part, name) => (part as Record<string, unknown>)[name], answer);
