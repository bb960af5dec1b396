import { print, separateOperations, type DocumentNode } from 'graphql';
import { isDeepStrictEqual } from 'node:util';
import { withoutConnections } from '../src/platform/rest/question-shape.js';
import { QUESTIONS } from '../src/rest/questions.js';
import { numberOf, planOf } from './reading/asked.js';
import { answerTo, type Asked } from './serving/asking.js';
import { tellCores } from './serving/cores.js';
import { filled } from './serving/filled.js';
import { LOAD, loadOf, optionsGiven, SIZE, sizeOf } from './serving/options.js';
import { rateOf, rounds, tell, tellRatio } from './serving/rounds.js';
import { startOurs } from './serving/start-ours.js';

/** As many as the public may ask for over GraphQL, where a question may cost no more than so much. */
const ROWS = 10;

/** Without fragments that only other addresses need, which GraphQL refuses. */
const textOf = (question: DocumentNode): string => Object.values(separateOperations(question)).map(print).join('');

/** Addresses of REST beside the very question that stands behind them, asked over GraphQL. */
tellCores();
const given = optionsGiven({ ...SIZE, ...LOAD });
const [size, load] = [sizeOf(given), loadOf(given)];
const database = await filled(size);
try {
  const server = await startOurs('ours', database.url, { FAST_ANSWERS: 'always' });
  const graphql = (question: DocumentNode, variables: object): Asked => ({
    url: server.url,
    body: JSON.stringify({ query: textOf(question), variables }),
  });
  const rest = (path: string): Asked => ({ url: new URL(`/api/v1/plans/${path}`, server.url).href });
  const doors = [
    {
      name: 'list',
      rest: (n: number) => rest(`${planOf(n, size)}/commitments?limit=${ROWS}`),
      graphql: (n: number) => graphql(QUESTIONS.commitments, { plan: planOf(n, size), first: ROWS }),
    },
    {
      name: 'one',
      rest: (n: number) => rest(`${planOf(n, size)}/commitments/${numberOf(n, size)}`),
      graphql: (n: number) => graphql(QUESTIONS.commitment, { plan: planOf(n, size), number: numberOf(n, size) }),
    },
  ];
  for (const door of doors) {
    const shown = await answerTo<Record<string, unknown>>(door.rest(1));
    const { data } = await answerTo<{ data: { page?: { nodes: unknown }; commitment?: unknown } }>(door.graphql(1));
    if (!isDeepStrictEqual(shown['items'] ?? shown, withoutConnections(data.page?.nodes ?? data.commitment)))
      throw new Error(`The two doors show different things of ${door.name}.`);
    const [byRest = [], byGraphql = []] = await rounds(
      [
        { name: 'REST', server, ask: door.rest },
        { name: 'GraphQL', server, ask: door.graphql },
      ],
      load,
    );
    tell(door.name, 'REST', byRest);
    tell(door.name, 'GraphQL, the same question', byGraphql);
    tellRatio(`${door.name}: REST beside GraphQL`, rateOf(byRest) / rateOf(byGraphql), 1);
  }
  await server.stop();
} finally {
  await database.remove();
}
