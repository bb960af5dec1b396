import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { UNRECORDED_PER_CONNECTION } from '../src/platform/mail/delivery-run.js';
import { DeliveryTrial, type Reconciled } from '../test/support/delivery-trial.js';
import { BAD_MOODS, MoodyServer } from '../test/support/moody-server.js';
import { OwnPostgres } from '../test/support/own-postgres.js';

/**
 * Proves that no mail is lost and none sent twice without need, whatever goes wrong: `npm run prove:delivery`. What each
 * trial found is printed, with the seed that repeats it (`-- --seed 7`).
 */
const { values } = parseArgs({
  options: { seed: { type: 'string' }, mails: { type: 'string', default: '10000' }, only: { type: 'string' } },
});
const SEED = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const MAILS = Number(values.mails);
const MINUTE = 60_000;
const REPLICAS = 3;
const CONNECTIONS = 5;
/** What a process repeats at most when it is killed: mails under way, and those whose record was. */
const REPEATED_BY_ONE_DEATH = CONNECTIONS + UNRECORDED_PER_CONNECTION * CONNECTIONS;

const trials: Readonly<Record<string, () => Promise<boolean>>> = {
  /** 421, 451, 55x, hang-ups before and after the mail, and silence that only our own patience ends. */
  moods: async () => {
    const server = new MoodyServer(SEED, { ...BAD_MOODS, 'never answered': 2 });
    return withTrial(server, { SMTP_CONNECTIONS: '20' }, async (trial) => {
      await trial.fill(MAILS);
      const beats = await trial.untilNothingWaits();
      const found = await trial.reconcile(MAILS);
      tell(`a server in every mood, ${beats} beats`, found);
      console.log(`    the server: ${[...server.counts()].map(([deed, count]) => `${deed} ${count}`).join(', ')}`);
      return found.sent + found.refused === MAILS && found.attempts === found.heard && isRight(found);
    });
  },

  /** PostgreSQL stops in mid-run for a full minute. */
  database: async () => {
    const server = new MoodyServer(SEED, {});
    return withTrial(server, {}, async (trial, postgres) => {
      await trial.fill(MAILS);
      const delivery = trial.deliver();
      while (server.log.length < MAILS / 4) await delay(5);
      await postgres.stop();
      const stopped = server.log.length;
      await delay(MINUTE);
      console.log(
        `    ${stopped} mails were taken when PostgreSQL stopped, ${server.log.length - stopped} during its minute`,
      );
      await postgres.startAgain();
      await delivery;
      await trial.untilNothingWaits();
      const found = await trial.reconcile(MAILS);
      tell('PostgreSQL stopped for a minute', found);
      return found.sent === MAILS && found.repeated === 0 && isRight(found);
    });
  },

  /** The mail server is away for an hour, by a clock that is set. */
  outage: async () => {
    const server = new MoodyServer(SEED, {});
    return withTrial(server, {}, async (trial) => {
      await trial.fill(MAILS);
      await server.close();
      for (let second = 0; second < 3600; second += 15) {
        await trial.deliver();
        trial.later(15_000);
      }
      const { attempts } = await trial.reconcile(MAILS);
      await server.listen();
      const back = trial.clock.now().getTime();
      await trial.untilNothingWaits();
      const found = await trial.reconcile(MAILS);
      const minutes = Math.round((trial.clock.now().getTime() - back) / MINUTE);
      tell(
        `the mail server away for an hour, ${attempts} attempts in vain, all delivered ${minutes} minutes after`,
        found,
      );
      return found.sent === MAILS && found.repeated === 0 && isRight(found);
    });
  },

  /** Three replicas on one outbox, all killed with -9 at a random moment, again and again. */
  kills: async () => {
    const server = new MoodyServer(SEED, {});
    const rounds = 6;
    return withTrial(server, {}, async (trial, postgres) => {
      const share = Math.ceil(MAILS / rounds);
      for (let round = 0; round < rounds; round += 1) {
        await trial.fill(share, round * share);
        // Three minutes later the leases of the dead have run out.
        trial.later(3 * MINUTE);
        const now = trial.clock.now().toISOString();
        const replicas = await Promise.all(
          Array.from({ length: REPLICAS }, () => replica(postgres.url, trial.smtpUrl, now)),
        );
        for (const child of replicas) child.send('deliver');
        const taken = server.log.length;
        while (server.log.length === taken) await delay(1);
        await delay(Math.random() * 1000);
        await Promise.all(replicas.map(kill));
      }
      const delivered = server.log.length;
      trial.later(3 * MINUTE);
      await trial.untilNothingWaits();
      const found = await trial.reconcile(rounds * share, true);
      const most = rounds * REPLICAS * REPEATED_BY_ONE_DEATH;
      tell(
        `${rounds * REPLICAS} processes killed with -9 while ${delivered} mails left, at most ${most} repeats allowed`,
        found,
      );
      return found.sent === rounds * share && found.repeated <= most && isRight(found);
    });
  },
};

async function withTrial(
  server: MoodyServer,
  settings: Record<string, string>,
  work: (trial: DeliveryTrial, postgres: OwnPostgres) => Promise<boolean>,
): Promise<boolean> {
  const postgres = await OwnPostgres.start();
  try {
    const trial = await DeliveryTrial.start(postgres.url, server, settings);
    try {
      return await work(trial, postgres);
    } finally {
      await trial.close();
    }
  } finally {
    await postgres.remove();
  }
}

async function replica(databaseUrl: string, smtpUrl: string, now: string): Promise<ChildProcess> {
  const child = fork('test/support/reminder-process.ts', {
    execArgv: ['--import', './test/support/typescript-loader.js'],
    env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl, SMTP_URL: smtpUrl, NOW: now },
  });
  await once(child, 'message');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

function isRight({ wrong }: Reconciled): boolean {
  for (const sentence of wrong.slice(0, 10)) console.log(`    WRONG: ${sentence}`);
  return wrong.length === 0;
}

function tell(what: string, { sent, refused, attempts, heard, repeated, markedAddresses }: Reconciled): void {
  console.log(
    `  ${what}:\n    ${sent} sent, ${refused} refused for good, ${repeated} repeated with the same Message-ID, ${attempts} attempts of ours, ${heard} seen by the server, ${markedAddresses} addresses marked`,
  );
}

console.log(`seed ${SEED}, ${MAILS} mails a trial`);
for (const [name, trial] of Object.entries(trials)) {
  if (values.only && values.only !== name) continue;
  const start = performance.now();
  const passed = await trial();
  console.log(`${passed ? 'PROVED' : 'FAILED'} ${name} (${Math.round((performance.now() - start) / 1000)} s)`);
  if (!passed) process.exitCode = 1;
}
