import { readFileSync } from 'node:fs';
import { TestApp } from './support/app.js';
import { sentDuring } from './support/statements.js';
import { Explainer, scansOf, pagesRead } from './support/query-plan.js';
import { NOW } from './support/large-database.js';
const url = readFileSync('/tmp/plans-pg.log','utf8').trim().split('\n').filter(l=>l.startsWith('postgres:')).at(-1)!;
const app = await TestApp.start({ now: NOW, databaseUrl: url });
try {
  const ex = await Explainer.connect(url);
  const h = await app.as('ADMIN');
  for (const q of process.argv.slice(2)) {
    const sent = await sentDuring(async () => { const t = Date.now(); const a = await app.gql(q, {}, process.env['PUBLIC'] ? {} : h); console.log(q.slice(0, 200), Date.now() - t, 'ms', JSON.stringify(a).length, JSON.stringify(a.errors ?? '')); });
    for (const s of sent) if (/^\s*(select|with)/i.test(s.text) && !s.text.includes('set_config') && !s.text.includes('from token')) { const p = await ex.planOf(s); console.log('  ', pagesRead(p), JSON.stringify(scansOf(p).map((x) => `${x.table} ${x.isSequential ? 'SEQ ' : ''}${x.rows}`))); }
  }
  await ex.close();
} finally { await app.close(); }
