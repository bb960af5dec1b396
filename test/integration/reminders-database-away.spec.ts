import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { CrashRounds } from '../support/crash-rounds.js';
import { OwnPostgres } from '../support/own-postgres.js';

const OPENED = '2024-07-01T09:00+03:00';
const AWAY = 4000;
const LONG = 180_000;

let postgres: OwnPostgres;
let ground: CrashRounds;
beforeAll(async () => {
  postgres = await OwnPostgres.start();
  // Slow to answer, so that PostgreSQL goes while many mails are on their way.
  const manners = { extensions: ['SIZE'], answersAfter: 20 };
  ground = await CrashRounds.start({ now: OPENED, institutions: 12, manners, databaseUrl: postgres.url });
  await ground.prepare(3);
}, LONG);
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
        while (ground.sink.accepted.length < 8) await delay(5);
        await postgres[end]();
        await delay(AWAY);
        await postgres.startAgain();
      };
      const books = await ground.round({ replicas, now: OPENED, meanwhile });
      expect(books).toMatchObject({ problems: [], due: 39, accepted: 39, repeated: 0, lost: 0, killed: 0 });
    },
    LONG,
  );
});

describe('a process that falls silent in the midst of a transaction', () => {
  it('is cut off after a minute, so that its locks hold up nobody for longer', async () => {
    expect(await ground.app.app.get(DataSource).query('show idle_in_transaction_session_timeout')).toEqual([
      { idle_in_transaction_session_timeout: '1min' },
    ]);
  });
});
