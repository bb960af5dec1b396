import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { CrashRounds } from '../support/crash-rounds.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { until } from '../support/until.js';

const OPENED = '2024-07-01T09:00+03:00';
const AWAY = 4000;

let postgres: OwnPostgres;
let ground: CrashRounds;
beforeAll(async () => {
  postgres = await OwnPostgres.start();
  // Slow to answer, so that PostgreSQL goes while many mails are on their way.
  const manners = { extensions: ['SIZE'], answersAfter: 20 };
  ground = await CrashRounds.start({ now: OPENED, institutions: 12, manners, databaseUrl: postgres.url });
  await ground.prepare(3);
}, 90_000);
afterAll(async () => {
  await ground.close();
  await postgres.remove();
});

describe('PostgreSQL that goes away in the midst of the mails, and comes back', () => {
  it.each<[string, number, 'stopAtOnce' | 'kill']>([
    ['stopped at once', 3, 'stopAtOnce'],
    ['killed with -9', 1, 'kill'],
  ])(
    '%s: the processes (%i) go on by themselves, nothing is lost and nothing comes twice',
    async (_, replicas, end) => {
      const meanwhile = async (): Promise<void> => {
        await until(() => ground.sink.accepted.length >= 8);
        await postgres[end]();
        await delay(AWAY);
        await postgres.startAgain();
      };
      const books = await ground.round({ replicas, now: OPENED, meanwhile });
      expect(books).toMatchObject({ problems: [], due: 39, accepted: 39, repeated: 0, lost: 0, killed: 0 });
    },
  );
});
