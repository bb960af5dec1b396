import type { FastifyInstance } from 'fastify';
import { fileOf, servePageFiles } from '../http/package-files.js';

const BASE = '/api/docs-files';

/** The page with the description of the REST API; its files come from this service. */
export const API_DOCS_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mithaq REST API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${BASE}/swagger-ui.css">
</head>
<body>
<p><a href="/api/build">Build on this</a>: examples that work as they stand, feeds, calendar, spreadsheets, versions and licence.</p>
<div id="docs">Loading the description from <a href="/api/v1/openapi.json">/api/v1/openapi.json</a> …</div>
<script src="${BASE}/swagger-ui.js"></script>
<script src="${BASE}/docs.js"></script>
</body>
</html>
`;

const DOCS_SCRIPT = `
SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#docs',
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
});
`;

export function serveApiDocsFiles(http: FastifyInstance): void {
  servePageFiles(http, BASE, {
    ofPackages: {
      'swagger-ui.css': fileOf('swagger-ui-dist', 'swagger-ui.css'),
      'swagger-ui.js': fileOf('swagger-ui-dist', 'swagger-ui-bundle.js'),
    },
    own: { 'docs.js': { type: 'text/javascript', content: DOCS_SCRIPT } },
  });
}
