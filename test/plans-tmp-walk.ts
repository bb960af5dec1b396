import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import { TestApp } from './support/app.js';
import { SchemaQuestions } from './support/schema-questions.js';
import { SchemaWalk } from './support/schema-walk.js';
import { Explainer, scansOf } from './support/query-plan.js';
import { NOW, USUAL_PLAN } from './support/large-database.js';
import { examplesOf } from './support/schema-examples.js';
const url = readFileSync('/tmp/plans-pg.log','utf8').trim().split('\n').filter(l=>l.startsWith('postgres:')).at(-1)!;
const app = await TestApp.start({ now: NOW, databaseUrl: url });
let t = Date.now();
const lap = (w: string) => { console.log(w, Date.now() - t, JSON.stringify(process.cpuUsage())); t = Date.now(); };
try {
  const admin = await app.as('ADMIN');
  const q = new SchemaQuestions(buildSchema(readFileSync('src/schema.graphql', 'utf8')), examplesOf(USUAL_PLAN));
  const walk = new SchemaWalk(app, q, admin);
  lap('start');
  await walk.everything(`{ actionPlan(key: "${USUAL_PLAN}") { __typename id } commitment(plan: "${USUAL_PLAN}", number: 2) { __typename id } }`);
  lap('walked ' + walk.asked.length);
  const ex = await Explainer.connect(url);
  for (const a of walk.asked) {
    const plans = await ex.plansOf(a).catch((e) => (console.log('!!', (e as Error).message, a.text.slice(0, 300)), []));
    plans.forEach((plan, n) => {
        const bad = scansOf(plan).filter((s) => (s.isSequential && ex.rowsOf(s.table) > 900) || s.rows > 400);
        if (bad.length) console.log('\n##', n, JSON.stringify(bad), '\n  ', a.question.slice(0, 300), '\n  ', a.text.replace(/\s+/g, ' ').slice(0, 1500), JSON.stringify(a.values).slice(0, 300));
    });
  }
  lap('explained');
  await ex.close();
} finally { await app.close(); }
