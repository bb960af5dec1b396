import { createHash } from 'node:crypto';

/** What the examples are about: a plan that is there, so that they work as they stand. */
export interface ExampleSubject {
  readonly url: string;
  readonly plan: string;
  readonly number: number;
}

export interface Example {
  /** How it is run: in a terminal, in a program, or in the cell of a spreadsheet. */
  readonly kind: 'shell' | 'typescript' | 'formula';
  readonly text: string;
}

const shell = (...lines: readonly string[]): Example => ({ kind: 'shell', text: lines.join('\n') });

/** Every example of the page; a test runs each as it stands here. */
export function examplesOf({ url, plan, number }: ExampleSubject) {
  const api = `${url}/api/v1`;
  const ofPlan = `${api}/plans/${plan}`;
  const query = `{ actionPlan(key: "${plan}") { title commitments(first: 5) { nodes { number title } } } }`;
  const persisted = JSON.stringify({
    persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') },
  });
  return {
    rest: [
      shell(`curl '${ofPlan}'`),
      shell(`curl '${ofPlan}/commitments?limit=5&language=ar'`),
      shell(`curl '${ofPlan}/check-ins?updatedSince=2024-01-01T00:00:00Z'`),
    ],
    graphql: shell(
      `curl '${url}/graphql' \\`,
      `  -H 'Content-Type: application/json' \\`,
      `  -d '${JSON.stringify({ query })}'`,
    ),
    persisted: [
      shell(
        `curl -G '${url}/graphql' \\`,
        `  -H 'Apollo-Require-Preflight: true' \\`,
        `  --data-urlencode 'query=${query}' \\`,
        `  --data-urlencode 'extensions=${persisted}'`,
      ),
      shell(
        `curl -G '${url}/graphql' \\`,
        `  -H 'Apollo-Require-Preflight: true' \\`,
        `  --data-urlencode 'extensions=${persisted}'`,
      ),
    ],
    files: shell(`curl -o commitments.csv '${ofPlan}/progress.csv?table=progress'`),
    formula: { kind: 'formula', text: `=IMPORTDATA("${ofPlan}/progress.csv?table=milestones")` } as const,
    csv: `${ofPlan}/progress.csv`,
    generate: shell(`npx openapi-typescript '${api}/openapi.json' -o mithaq-api.ts`, 'npm install openapi-fetch'),
    client: {
      kind: 'typescript',
      text: `import createClient from 'openapi-fetch';
import type { paths } from './mithaq-api.js';

const mithaq = createClient<paths>({ baseUrl: '${api}' });
const { data, error } = await mithaq.GET('/plans/{plan}/commitments', {
  params: { path: { plan: '${plan}' }, query: { limit: 100 } },
});
if (error) throw new Error(error.title);
for (const { number, title, progress } of data.items) console.log(number, title, progress.overdue);`,
    } as const,
    feeds: [
      shell(`curl '${ofPlan}/feed.atom'`),
      shell(`curl '${ofPlan}/commitments/${number}/feed.json?language=fr'`),
      shell(`curl '${ofPlan}/calendar.ics'`),
    ],
    catalogue: [shell(`curl '${api}/catalog.jsonld'`), shell(`curl '${ofPlan}/dcat.jsonld'`)],
    cached: shell(`curl --etag-save plan.etag --etag-compare plan.etag '${ofPlan}'`),
  };
}
