import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CrashRounds } from '../support/crash-rounds.js';

/** `prove/crashes.ts` does the same at every step alone, at other instants, and at random moments. */
const OPENED = '2024-07-01T09:00+03:00';
const INSTITUTIONS = 8;
/** Whoever died is replaced by a process that has to start, on a machine that has other things to do. */
const LONG = 240_000;

let ground: CrashRounds;
beforeAll(async () => {
  // Replicas die at steps here, not at random moments: those that wait for the next one may leave it the machine.
  const settings = { PAUSE: '150' };
  ground = await CrashRounds.start({ now: OPENED, institutions: INSTITUTIONS, settings });
  await ground.prepare(3);
}, LONG);
afterAll(() => ground.close());

describe('replicas that are killed with -9, and replaced', () => {
  it('are held against what an undisturbed one does: a mail to each focal point, and to the officer of whoever is unreachable', async () => {
    const { addresses } = await ground.reference(OPENED);
    expect(addresses).toHaveLength(3 * (INSTITUTIONS + 1));
    expect(addresses).toContain('office-1@north.example officer@north.example');
  });

  it.each([
    [1, ['between mail and ledger row', 'before the answer is recorded']],
    [3, ['before recording', 'before the commit', 'during the commit', 'after a claim']],
    [3, ['before the last look', 'while the answer is recorded', 'amid the content', 'after the 250']],
  ])(
    'lose no mail and no row, and repeat only what was accepted and not yet recorded, with its Message-ID (%i: %j)',
    async (replicas, points) => {
      const books = await ground.round({ replicas, now: OPENED, points });
      const due = 3 * (INSTITUTIONS + 1);
      expect(books).toMatchObject({ problems: [], due, accepted: due, lost: 0, killed: points.length });
      expect(books.repeated).toBe(books.unrecorded);
    },
    LONG,
  );
});
