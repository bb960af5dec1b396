import { expect, it } from '@jest/globals';
import { simulate } from '../../prove/reminder-simulator.js';
import { told } from '../../prove/simulation.js';

/** `npm run prove:reminders` takes many more, from other seeds. */
const HISTORIES = 40;
const SEED = 20_240_701;

it('in three years of outages, edits and races no reminder is lost, repeated, late or untrue', () => {
  const { sum, failure } = simulate(SEED, HISTORIES);
  expect(failure?.story ?? 'nothing failed').toBe('nothing failed');
  // The oracle has seen enough of everything to complain about.
  expect(told(sum)).toMatch(/NOTHING_MISSING.*UNDELIVERABLE|UNDELIVERABLE.*NOTHING_MISSING/);
  expect(sum.mails).toBeGreaterThan(HISTORIES * 30);
  expect(sum.coalesced).toBeGreaterThan(HISTORIES);
});
