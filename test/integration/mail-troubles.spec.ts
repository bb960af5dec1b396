import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { createDatabase, type TestDatabase } from '../support/cluster.js';
import { DeliveryTrial } from '../support/delivery-trial.js';
import { BAD_MOODS, MoodyServer } from '../support/moody-server.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { until } from '../support/until.js';

jest.setTimeout(120_000);

const MINUTE = 60_000;
/** Another one each time; whoever wants to see the same again gives it. */
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1_000_000));

const closing: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function trialOn(
  databaseUrl: string,
  server: MoodyServer,
  settings?: Record<string, string>,
): Promise<DeliveryTrial> {
  const trial = await DeliveryTrial.start(databaseUrl, server, settings);
  closing.push(() => trial.close());
  return trial;
}
async function database(): Promise<TestDatabase> {
  const made = await createDatabase();
  closing.push(() => made.drop());
  return made;
}

describe(`mails and a world that goes wrong (seed ${SEED})`, () => {
  it('a server in every mood loses none of 400 mails, and has one twice only where it hung up after it took it', async () => {
    const server = new MoodyServer(SEED, BAD_MOODS);
    const trial = await trialOn((await database()).url, server);
    await trial.fill(400);
    await trial.untilNothingWaits();
    const found = await trial.reconcile(400);
    expect(found.wrong).toEqual([]);
    expect(found.sent + found.refused).toBe(400);
    expect(found.attempts).toBe(found.heard);
    expect(server.counts().get('ACCEPTED')).toBe(found.sent);
    expect(found.repeated).toBeGreaterThan(0);
    expect(found.markedAddresses).toBeGreaterThan(0);
  });

  it('a database that stops in mid-run for three seconds makes no mail lost and none repeated', async () => {
    const postgres = await OwnPostgres.start();
    closing.push(() => postgres.remove());
    const server = new MoodyServer(SEED, {});
    const trial = await trialOn(postgres.url, server);
    await trial.fill(1000);
    const delivery = trial.deliver();
    await until(() => server.log.length > 300);
    await postgres.stop();
    await delay(3000);
    await postgres.startAgain();
    await delivery;
    await trial.untilNothingWaits();
    const found = await trial.reconcile(1000);
    expect(found.wrong).toEqual([]);
    expect(found).toMatchObject({ sent: 1000, repeated: 0, heard: 1000 });
  });

  it('a server that is away for an hour gets every mail once, and is not besieged meanwhile', async () => {
    const server = new MoodyServer(SEED, {});
    const trial = await trialOn((await database()).url, server);
    await trial.fill(60);
    await server.close();
    for (let minute = 0; minute < 60; minute += 1) {
      await trial.deliver();
      trial.later(MINUTE);
    }
    const before = await trial.reconcile(60);
    // No more than it holds conversations at once, a minute.
    expect(before.attempts).toBeLessThanOrEqual(5 * 60);
    expect(before).toMatchObject({ sent: 0, refused: 0 });
    await server.listen();
    const back = trial.clock.now().getTime();
    await trial.untilNothingWaits();
    expect(await trial.reconcile(60)).toMatchObject({ sent: 60, repeated: 0, wrong: [] });
    expect(trial.clock.now().getTime() - back).toBeLessThan(70 * MINUTE);
  });
});
