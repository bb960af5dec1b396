import type { ApolloServerPlugin } from '@apollo/server';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

export interface ExampleQuery {
  readonly title: string;
  readonly query: string;
  readonly variables?: object;
  readonly headers?: object;
}

const require = createRequire(import.meta.url);
/** A file inside a package, whether or not the package offers it for import. */
const fileOf = (name: string, path: string): string => join(dirname(require.resolve(`${name}/package.json`)), path);
const ASSETS: Readonly<Record<string, string>> = {
  'react.js': fileOf('react', 'umd/react.production.min.js'),
  'react-dom.js': fileOf('react-dom', 'umd/react-dom.production.min.js'),
  'graphiql.js': fileOf('graphiql', 'graphiql.min.js'),
  'graphiql.css': fileOf('graphiql', 'graphiql.min.css'),
};
const BASE = '/graphql-explorer';

/** In files and not in the page: the page's security policy runs nothing that stands in it. */
const OWN_FILES: Readonly<Record<string, { type: string; content: string }>> = {
  'explorer.css': { type: 'text/css', content: 'html, body, #explorer { height: 100%; margin: 0 }' },
  'explorer.js': {
    type: 'text/javascript',
    content: `
  ReactDOM.createRoot(document.getElementById('explorer')).render(
    React.createElement(GraphiQL, {
      fetcher: GraphiQL.createFetcher({ url: '/graphql' }),
      defaultTabs: JSON.parse(document.getElementById('examples').textContent),
      shouldPersistHeaders: true,
    }),
  );`,
  },
};
/** A new version is seen within the hour. */
const OWN_CACHE = 'public, max-age=3600';

/** The explorer's own files come from this service, so that it works without the internet. */
export async function serveExplorerFiles(http: FastifyInstance): Promise<void> {
  await http.register(fastifyStatic, { root: dirname(ASSETS['graphiql.js'] ?? ''), serve: false });
  for (const [name, file] of Object.entries(ASSETS)) {
    http.get(`${BASE}/${name}`, (_request, reply) =>
      reply.header('cache-control', 'public, max-age=86400').sendFile(basename(file), dirname(file)),
    );
  }
  for (const [name, { type, content }] of Object.entries(OWN_FILES))
    http.get(`${BASE}/${name}`, (_request, reply) =>
      reply.type(`${type}; charset=utf-8`).header('cache-control', OWN_CACHE).send(content),
    );
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
