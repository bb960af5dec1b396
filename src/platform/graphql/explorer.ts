import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyInstance } from 'fastify';
import { dirname } from 'node:path';
import { fileOf, servePageFiles, type PageFiles } from '../http/package-files.js';

export interface ExampleQuery {
  readonly title: string;
  readonly query: string;
  readonly variables?: object;
  readonly headers?: object;
}

const BASE = '/graphql-explorer';
const graphiql = fileOf('graphiql', 'graphiql.min.js');

const FILES: PageFiles = {
  ofPackages: {
    'react.js': fileOf('react', 'umd/react.production.min.js'),
    'react-dom.js': fileOf('react-dom', 'umd/react-dom.production.min.js'),
    'graphiql.js': graphiql,
    'graphiql.css': fileOf('graphiql', 'graphiql.min.css'),
  },
  own: {
    'explorer.css': { type: 'text/css', content: 'html, body, #explorer { height: 100%; margin: 0 }' },
    'explorer.js': {
      type: 'text/javascript',
      content: `
  ReactDOM.createRoot(document.getElementById('explorer')).render(
    React.createElement(GraphiQL, {
      fetcher: GraphiQL.createFetcher({
        url: '/graphql',
        subscriptionUrl: location.origin.replace(/^http/, 'ws') + '/graphql',
      }),
      defaultTabs: JSON.parse(document.getElementById('examples').textContent),
      shouldPersistHeaders: true,
    }),
  );`,
    },
  },
};

/** The explorer's own files come from this service, so that it works without the internet. */
export async function serveExplorerFiles(http: FastifyInstance): Promise<void> {
  // Commands serve nothing.
  const { default: fastifyStatic } = await import('@fastify/static');
  await http.register(fastifyStatic, { root: dirname(graphiql), serve: false });
  servePageFiles(http, BASE, FILES);
}

/** Answers a browser that opens the endpoint with an explorer that has these queries in its tabs. */
export function explorer(examples: readonly ExampleQuery[]): ApolloServerPlugin {
  const html = page(examples);
  return {
    serverWillStart: () => Promise.resolve({ renderLandingPage: () => Promise.resolve({ html }) }),
  };
}

function page(examples: readonly ExampleQuery[]): string {
  const tabs = JSON.stringify(
    examples.map(({ title, query, variables, headers }) => ({
      query: `# ${title.replaceAll('\n', '\n# ')}\n${query.trim()}\n`,
      ...(variables ? { variables: JSON.stringify(variables, null, 2) } : {}),
      ...(headers ? { headers: JSON.stringify(headers, null, 2) } : {}),
    })),
  ).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mithaq GraphQL explorer</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${BASE}/graphiql.css">
<link rel="stylesheet" href="${BASE}/explorer.css">
</head>
<body>
<div id="explorer">Loading the explorer …</div>
<script src="${BASE}/react.js"></script>
<script src="${BASE}/react-dom.js"></script>
<script src="${BASE}/graphiql.js"></script>
<script id="examples" type="application/json">${tabs}</script>
<script src="${BASE}/explorer.js"></script>
</body>
</html>
`;
}
