import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { TestApp } from './support/app.js';
import { SchemaQuestions } from './support/schema-questions.js';
import { StatementCounts } from './support/statement-counts.js';
import { NOW, LARGE_PLAN } from './support/large-database.js';
import { examplesOf } from './support/schema-examples.js';
const url = readFileSync('/tmp/plans-pg.log','utf8').trim().split('\n').filter(l=>l.startsWith('postgres:')).at(-1)!;
const app = await TestApp.start({ now: NOW, databaseUrl: url });
let t = Date.now();
const lap = (w: string) => { console.log(w, Date.now() - t, JSON.stringify(process.cpuUsage())); t = Date.now(); };
try {
  const admin = await app.as('ADMIN');
  const q = new SchemaQuestions(buildSchema(readFileSync('src/schema.graphql', 'utf8')), examplesOf(LARGE_PLAN));
  const walk = new StatementCounts(app, q, admin);
  for (const l of q.listsOf('Query')) {
    try { const g = await walk.growing(l); console.log(l.field, g.length); g.forEach((x) => console.log('   ', x.replace(/\s+/g, ' ').slice(0, 600))); } catch (e) { console.log('!!', l.field, (e as Error).message.slice(0, 900)); }
    lap(l.field);
  }
} finally { await app.close(); }
