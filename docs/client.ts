import createClient from 'openapi-fetch';
import type { components, paths } from './mithaq-api.js';

/*
 * A program of somebody else. Its types are made from the document that the service serves, and from nothing else:
 * npx openapi-typescript http://localhost:3000/api/v1/openapi.json -o mithaq-api.ts
 */

type Commitment = components['schemas']['Commitment'];

export interface Found {
  readonly titles: readonly string[];
  readonly overdue: number;
  readonly draftStatus: components['schemas']['CheckInStatus'];
  readonly refusedFields: readonly string[];
}

export async function report(url: string, token: string): Promise<Found> {
  const client = createClient<paths>({ baseUrl: `${url}/api/v1`, headers: { authorization: `Bearer ${token}` } });
  const plan = 'testville-2024';

  const commitments: Commitment[] = [];
  let cursor: string | undefined;
  do {
    const { data, error } = await client.GET('/plans/{plan}/commitments', {
      params: { path: { plan }, query: { limit: 1, orderBy: 'NUMBER_DESC', ...(cursor ? { cursor } : {}) } },
    });
    if (error) throw new Error(error.title);
    commitments.push(...data.items);
    cursor = data.nextCursor ?? undefined;
  } while (cursor);

  const address = { path: { plan, number: 1, period: '2024-Q1' } };
  const { data: checkIn } = await client.GET('/plans/{plan}/commitments/{number}/check-ins/{period}', {
    params: address,
  });
  if (!checkIn) throw new Error('There is no check-in.');
  const { data: draft } = await client.PUT('/plans/{plan}/commitments/{number}/check-ins/{period}', {
    params: address,
    body: { version: checkIn.version, report: { movement: 'LITTLE', progress: 'It began.' } },
  });
  if (!draft) throw new Error('The draft was not taken.');
  const { error } = await client.POST('/plans/{plan}/commitments/{number}/check-ins/{period}/submit', {
    params: address,
    body: { version: draft.version },
  });

  return {
    titles: commitments.map(({ title }) => title),
    overdue: commitments.reduce((sum, { progress }) => sum + progress.overdue, 0),
    draftStatus: draft.status,
    refusedFields: error?.violations?.map(({ field }) => field) ?? [],
  };
}
