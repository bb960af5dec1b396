import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { datesOf, factsOf, owing, recipient } from '../../test/support/owing.js';
import { DEFAULT_RULES, daysAhead } from './reminder-rule.js';
import { nextTurn, planReminders } from './reminder.planning.js';

const at = (instant: string): Date => new Date(instant);

describe('the next turn', () => {
  it('is the instant at which a rule begins to speak, or ceases to', () => {
    const facts = factsOf([owing('works')], [recipient('works')]);
    // Three working days before Sunday 14 July.
    expect(nextTurn(facts, at('2024-07-09T08:00+03:00'))).toEqual(at('2024-07-09T09:00+03:00'));
    // The end of the first 7 days is in between.
    expect(nextTurn(facts, at('2024-07-01T09:00+03:00'))).toEqual(at('2024-07-08T09:00+03:00'));
  });

  it('is the instant at which check-ins begin to be taken, before any rule speaks', () => {
    expect(nextTurn(factsOf([owing('works')], []), at('2024-06-30T12:00+03:00'))).toEqual(at('2024-07-01T00:00+03:00'));
  });

  it('is the end of a pause when that comes first', () => {
    const pause = {
      kind: 'HOLD',
      planId: 'plan',
      institutionId: null,
      periodId: null,
      address: null,
      audience: null,
    } as const;
    const until = at('2024-07-02T10:00+03:00');
    const facts = factsOf([owing('works')], [], { pauses: [{ ...pause, until }] });
    expect(nextTurn(facts, at('2024-07-01T10:00+03:00'))).toEqual(until);
  });

  it('never comes when everything is over', () => {
    expect(nextTurn(factsOf([owing('works')], []), at('2025-07-01T10:00+03:00'))).toBeNull();
  });

  it('until it comes, the same facts give the same plan, at whatever instant', () => {
    const start = at('2024-06-20T00:00+03:00').getTime();
    const instants = fc.integer({ min: 0, max: 60 * 24 * 60 }).map((minutes) => new Date(start + minutes * 60_000));
    const extended = owing('parks', {
      ...datesOf({ dueOn: '2024-07-21', closesOn: '2024-08-20' }),
      extendedTo: '2024-07-21',
    });
    const facts = factsOf([owing('works'), extended], [recipient('works'), recipient('parks')]);
    const said = (now: Date) => {
      const { digests, suppressed, held } = planReminders(facts, now);
      // After a week what was missed is no longer written down; a run that found nothing had written it.
      return { digests, held, suppressed: suppressed.filter(({ reason }) => reason !== 'TOO_LATE') };
    };
    fc.assert(
      fc.property(instants, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (now, part) => {
        const next = nextTurn(facts, now);
        if (next === null) return;
        const between = new Date(now.getTime() + Math.floor(part * (next.getTime() - now.getTime())));
        expect(said(between)).toEqual(said(now));
      }),
    );
  });
});

describe('the days that rules look ahead', () => {
  it('are at least those of the earliest rule that speaks before check-ins are taken', () => {
    expect(daysAhead(DEFAULT_RULES)).toBeGreaterThan(21);
    const [preflight] = DEFAULT_RULES;
    if (!preflight) throw new Error('There is no preflight.');
    expect(daysAhead([{ ...preflight, offsetDays: -300 }])).toBeGreaterThan(300);
    expect(daysAhead([{ ...preflight, offsetDays: -60, unit: 'WORKING_DAYS' }])).toBeGreaterThan(60 * 7);
    expect(daysAhead([{ ...preflight, offsetDays: -300, isOn: false }])).toBeLessThan(60);
  });
});
