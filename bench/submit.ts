import pg from 'pg';
import { AppModule } from '../src/app.module.js';
import { SetClock } from '../src/platform/clock.js';
import { readSettings } from '../src/platform/config/settings.js';
import { closeHttpApp, createHttpApp } from '../src/platform/http/http-app.js';
import { createLogger } from '../src/platform/logging/logger.js';
import { sentDuring } from '../test/support/statements.js';
import { NOW } from './reading/fill.js';
import { answerTo } from './serving/asking.js';
import { tellCores } from './serving/cores.js';
import { filled } from './serving/filled.js';
import { optionsGiven, SIZE, sizeOf } from './serving/options.js';
import { cpuOfAnswer, rateOf, rounds, tell, tellRatio } from './serving/rounds.js';
import { start } from './serving/server.js';
import { startOurs } from './serving/start-ours.js';
import { openPeriod, owedWithTokens, submitting, type Owed } from './submit/owed.js';
import { asText } from './submit/recording.js';

/** Everything one submission sends to the database; the first one, which still learns about the database, does not count. */
async function recorded(url: string, [first, second]: readonly Owed[]): Promise<string> {
  const settings = readSettings({ NODE_ENV: 'test', LOG_LEVEL: 'error', DATABASE_URL: url });
  const log = createLogger(settings.LOG_LEVEL);
  const clock = new SetClock(new Date(NOW));
  const app = await createHttpApp(AppModule.with({ settings, clock, log }), settings, log);
  try {
    if (!first || !second) throw new Error('Nothing is owed.');
    await app.listen(0, '127.0.0.1');
    const graphql = `${await app.getUrl()}/graphql`;
    await answerTo(submitting(graphql, first));
    const statements = asText(await sentDuring(() => answerTo(submitting(graphql, second))));
    const [entry] = await one<{ number: string }>(url, 'select max(number) as number from audit_entry');
    return JSON.stringify({ statements, then: second, numberThen: entry?.number });
  } finally {
    await closeHttpApp(app);
  }
}

async function one<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query<Row>(text);
  await client.end();
  return rows;
}

/** Who hands in leaves all that there has to be: otherwise the statements were not the same. */
async function checkRows(url: string): Promise<void> {
  const [counts] = await one<Record<string, string>>(
    url,
    `select count(*) as "check-ins", sum((select count(*) from check_in_revision v where v.check_in_id = k.id)) as revisions,
            sum((select count(*) from audit_entry e where e.subject_id = k.id)) as entries, sum((select count(*) from public_event e where e.subject_id = k.id)) as events,
            sum((select count(*) from evidence e where e.check_in_id = k.id)) as links
       from check_in k where submitted_by = 'token:bench'`,
  );
  if (new Set(Object.values(counts ?? {})).size !== 1) throw new Error(`Rows are missing: ${JSON.stringify(counts)}`);
  console.log(`each of ${counts?.['check-ins']} submissions left its revision, audit entry, event and link`);
}

/** Handing a check-in in over GraphQL, beside the bare statements of it. */
tellCores();
const DAY = NOW.slice(0, 10);
const given = optionsGiven({ ...SIZE, quarters: 1, rounds: 5, submissions: 300 });
let owed: Owed[] = [];
const database = await filled(sizeOf(given), async (db) => {
  await openPeriod(db, DAY);
  owed = await owedWithTokens(db, DAY);
});
try {
  const half = given.submissions * (given.rounds + 1);
  if (owed.length < 2 * half + 2)
    throw new Error(`${owed.length} check-ins are owed, ${2 * half + 2} are needed: give more --plans.`);
  const RECORDED = await recorded(database.url, owed);
  const ours = await startOurs('ours', database.url);
  const bare = await start('bare pg', { file: 'submit/bare.ts', env: { DATABASE_URL: database.url, RECORDED } });
  const [byGraphql = [], byStatements = []] = await rounds(
    [
      { name: ours.name, server: ours, ask: (n) => submitting(ours.url, owed[2 + n]!) },
      { name: bare.name, server: bare, ask: (n) => ({ url: bare.url, body: JSON.stringify(owed[2 + half + n]) }) },
    ],
    { rounds: given.rounds, seconds: Infinity, most: given.submissions, atOnce: 8 },
  );
  tell('', 'ours', byGraphql);
  tell('', 'the same statements, bare pg', byStatements);
  tellRatio('handing in beside its bare statements', rateOf(byGraphql) / rateOf(byStatements), 0.6);
  console.log(`${(cpuOfAnswer(byStatements) / cpuOfAnswer(byGraphql)).toFixed(2).padStart(51)}  by processor`);
  await checkRows(database.url);
  for (const server of [ours, bare]) await server.stop();
} finally {
  await database.remove();
}
