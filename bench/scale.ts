import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { hashOf, newTokenSecret } from '../src/accounts/secrets.js';
import { OwnPostgres } from '../test/support/own-postgres.js';
import { fill } from './reading/fill.js';
import { Fleet } from './scale/fleet.js';
import { Load, Tally, type Claimed } from './scale/load.js';
import { Pair } from './scale/pair.js';
import { startPooler } from './scale/pooler.js';
import { ToldByWebhook } from './scale/told.js';
import { tellCores } from './serving/cores.js';
import { optionsGiven } from './serving/options.js';
import { build } from './serving/start-ours.js';
import { openPeriod, owedWithTokens, type Owed } from './submit/owed.js';

/**
 * What becomes of requests while something stops: two and then three processes of the service on a primary and its
 * streaming standby, one of them killed, the standby stopped, the primary restarted, and replaced by the standby, all of it
 * under load, while webhooks tell a receiver of every event.
 * `npm run bench scale -- --seconds 8 --pooler /usr/sbin/pgbouncer`
 */
const given = optionsGiven({ plans: 60, seconds: 8, readers: 4, pooler: '' });
const PLAN = 'plan-1';
const SIZE = {
  plans: given.plans,
  commitmentsOfPlan: 20,
  milestonesOfCommitment: 2,
  quarters: 4,
  institutionsOfPlan: 5,
};
const DAY = new Date().toISOString().slice(0, 10);

/** Whether writes wait for the standby, and for how many milliseconds it gets nothing before the primary is gone. */
const TAKE_OVERS = [
  { waits: false, behind: 0 },
  { waits: false, behind: 500 },
  { waits: true, behind: 500 },
];

/** The user of the service behind a pooler, who is no superuser: such a one could not be held by the policies. */
async function plainUser(db: pg.Client, url: string): Promise<string> {
  await db.query(`create role pooled login password 'pooled' in role mithaq_app`);
  return asPooled(url);
}

async function officerOf(db: pg.Client): Promise<{ plan: string; secret: string; claimed: Claimed[] }> {
  const secret = newTokenSecret();
  await db.query(
    `insert into token (name, secret_hash, role, plan_id, scopes, created_at, expires_at, last_used_at)
     select 'bench', $1, 'MEL_OFFICER', id, '{REVIEW}', $2::date, $2::date + 365, $2::date + 364 from action_plan where key = $3`,
    [hashOf(secret), DAY, PLAN],
  );
  const { rows } = await db.query<Claimed>(
    `select k.id, k.version from check_in k join action_plan p on p.id = k.plan_id where p.key = $1 and k.status = 'SUBMITTED' order by k.id`,
    [PLAN],
  );
  return { plan: PLAN, secret, claimed: rows };
}

tellCores();
build();
const first = await OwnPostgres.start();
const closing: Array<() => Promise<unknown>> = [() => first.remove()];
try {
  const db = await connectTo(first.url);
  await fill(db, SIZE);
  await openPeriod(db, DAY);
  const owed = (await owedWithTokens(db, DAY)).reverse();
  const officer = await officerOf(db);
  const told = await ToldByWebhook.start(db, DAY);
  closing.push(() => told.close());
  const pair = await Pair.of(first);
  closing.push(() => pair.remove());
  const settings: Record<string, string> = {
    DATABASE_REPLICA_URLS: pair.standbyUrl,
    LOG_LEVEL: 'fatal',
    SECRETS_KEY: Buffer.alloc(32, 1).toString('base64'),
    // In production no webhook leads to this machine.
    NODE_ENV: 'development',
    WEBHOOK_TARGETS: 'any',
  };
  let { url } = pair;
  if (given.pooler) {
    const direct = await plainUser(db, url);
    const pooler = await startPooler(given.pooler, direct);
    closing.push(() => pooler.stop());
    Object.assign(settings, { DATABASE_DIRECT_URL: direct, DATABASE_REPLICA_URLS: asPooled(pair.standbyUrl) });
    ({ url } = pooler);
  }
  await db.end();
  const fleet = new Fleet(url, settings);
  closing.push(() => fleet.stop());
  for (const processes of [2, 3]) {
    while (fleet.urls.length < processes) await fleet.grow();
    console.log(
      `\n${processes} processes, a primary, a standby${given.pooler ? ', PgBouncer in transaction mode' : ''}`,
    );
    await trial({ fleet, pair, told }, owed, officer);
  }
} finally {
  for (const close of closing.reverse()) await close();
}

function asPooled(url: string): string {
  const address = new URL(url);
  [address.username, address.password] = ['pooled', 'pooled'];
  return address.href;
}

async function trial(
  { fleet, pair, told }: { readonly fleet: Fleet; readonly pair: Pair; readonly told: ToldByWebhook },
  owed: Owed[],
  officer: { plan: string; secret: string; claimed: Claimed[] },
): Promise<void> {
  const load = new Load(fleet, SIZE);
  for (const at of fleet.urls.keys()) load.listenAt(() => fleet.urls[at] ?? '', PLAN);
  load.begin(given.readers, owed, officer);
  const during = async (what: string, happens: () => unknown): Promise<void> => {
    load.tally = new Tally();
    const [begin, passedOn] = [performance.now(), fleet.passedOn];
    await happens();
    await delay(Math.max(0, given.seconds * 1000 - (performance.now() - begin)));
    tellPhase(what, load.tally, fleet.passedOn - passedOn, begin);
  };
  await during('nothing happens', () => undefined);
  let startAgain: () => Promise<void> = () => Promise.resolve();
  await during('one process is killed', () => (startAgain = fleet.killOne()));
  await during('it is started again', () => startAgain());
  await during('the standby is stopped', () => pair.standby.stopAtOnce());
  await during('it is started again', () => pair.standby.startAgain());
  await during('the primary is restarted', async () => {
    await pair.primary.stop();
    await pair.primary.startAgain();
  });
  const lost = await lostOf(load, pair);
  for (const { waits, behind } of TAKE_OVERS) {
    await pair.primary.waitForStandby(waits);
    let took = 0;
    await during('the standby takes over', async () => {
      const begin = performance.now();
      await pair.takeOver(behind);
      took = performance.now() - begin - behind;
    });
    const lostNow = [...(await lostOf(load, pair))].filter((id) => !lost.has(id));
    for (const id of lostNow) lost.add(id);
    console.log(
      `  writes ${waits ? 'waited' : 'did not wait'} for it, nothing reached it in the last ${behind} ms: ${lostNow.length} lost that were said to be done; the address led to it ${(took / 1000).toFixed(1)} s after the primary was gone`,
    );
    await during('it gets a standby', () => pair.makeStandby());
  }
  await during('nothing happens any more', () => undefined);
  await load.end();
  await delay(2_000);
  await load.hangUp();
  await tellEnd(load, pair, told);
}

function tellPhase(what: string, { counts, lastFailure, wrong }: Tally, passedOn: number, begin: number): void {
  const failed = counts.UNAVAILABLE + counts.CUT + counts.WRONG;
  const until = failed > 0 ? `, the last ${((lastFailure - begin) / 1000).toFixed(1)} s after it began` : '';
  console.log(
    `${what.padEnd(26)} ${String(counts.ANSWERED + failed).padStart(6)} requests, ${counts.ANSWERED} answered, ${counts.UNAVAILABLE} refused with 503, ${counts.CUT} cut off, ${counts.WRONG} wrong${until}; ${passedOn} passed on to another process`,
  );
  for (const body of wrong) console.log(`  ${body}`);
}

async function tellEnd(load: Load, pair: Pair, told: ToldByWebhook): Promise<void> {
  const { handedIn, published, heard, stale } = load;
  const lost = await lostOf(load, pair);
  const kept = published.filter((id) => !lost.has(id));
  const missed = heard.map((ids) => kept.filter((id) => !ids.has(id)).length);
  console.log(
    `${handedIn.length + published.length} writes said to be done: ${lost.size} lost; ${stale} of ${handedIn.length} seen as they were before by who had just written them`,
  );
  console.log(`${kept.length} events: missed by those who listen at each process: ${missed.join(', ')}`);
  const db = await connectTo(pair.primary.url);
  const { events, lost: untold, repeated, unknown, seconds } = await told.settled(db);
  await db.end();
  console.log(
    `${events} events for webhooks, the last told ${seconds.toFixed(0)} s after the end: ${events - untold} arrived, ${repeated} of them more than once, ${untold} lost; ${unknown} arrived that the database knows nothing of`,
  );
}

/** What the service had said was done, and is not. */
async function lostOf(load: Load, pair: Pair): Promise<Set<string>> {
  const [handedIn, published] = [[...load.handedIn], [...load.published]];
  const db = await connectTo(pair.primary.url);
  await db.query(`select set_config('mithaq.sight', '*', false)`);
  const { rows } = await db.query<{ id: string }>(
    `select id from check_in where (id = any($1::uuid[]) and status = 'SUBMITTED') or (id = any($2::uuid[]) and status = 'PUBLISHED')`,
    [handedIn, published],
  );
  await db.end();
  const kept = new Set(rows.map(({ id }) => id));
  return new Set([...handedIn, ...published].filter((id) => !kept.has(id)));
}

async function connectTo(url: string): Promise<pg.Client> {
  const db = new pg.Client(url);
  db.on('error', () => undefined);
  await db.connect();
  return db;
}
