import { initGraphQLTada, type ResultOf } from 'gql.tada';
import { print } from 'graphql';
import type { introspection } from './mithaq-graphql.js';

/*
 * A program of somebody else, whose types come from the schema that the service serves and from nothing else:
 * npx gql.tada generate-schema http://localhost:3000/graphql --output mithaq.graphql
 * npx gql.tada generate-output --output mithaq-graphql.d.ts
 */

interface Schema {
  introspection: introspection;
  scalars: { Date: string; DateTime: string; URL: string; EmailAddress: string };
}
const graphql = initGraphQLTada<Schema>();

const WHO_REPORTED = graphql(`
  query WhoReported($plan: String!, $asOf: DateTime) {
    actionPlan(key: $plan, asOf: $asOf) {
      title
      reportingRates(by: [INSTITUTION, PERIOD], first: 100) {
        nodes {
          institution {
            key
          }
          period {
            key
          }
          rate {
            expected
            received
            overdue
            longestOverdueDays
          }
        }
      }
    }
  }
`);

type Rate = NonNullable<ResultOf<typeof WHO_REPORTED>['actionPlan']>['reportingRates']['nodes'][number]['rate'];

export interface Found {
  readonly title: string;
  readonly rows: ReadonlyArray<readonly [institution: string, period: string, rate: Rate]>;
}

/** Who reported when, as things stand or as they stood at an instant. */
export async function whoReported(url: string, plan: string, asOf?: string): Promise<Found> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query: print(WHO_REPORTED), variables: { plan, asOf } }),
  });
  const { data, errors } = (await response.json()) as {
    data?: ResultOf<typeof WHO_REPORTED>;
    errors?: ReadonlyArray<{ message: string }>;
  };
  if (!data?.actionPlan) throw new Error(errors?.[0]?.message ?? 'There is no such plan.');
  const { title, reportingRates } = data.actionPlan;
  return {
    title,
    rows: reportingRates.nodes.map(({ institution, period, rate }) => [
      institution?.key ?? '',
      period?.key ?? '',
      rate,
    ]),
  };
}
