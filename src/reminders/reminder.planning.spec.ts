import { describe, expect, it } from '@jest/globals';
import { factsOf, owing, recipient } from '../../test/support/owing.js';
import type { Pause } from './matter.js';
import type { Reminder } from './reminder.entity.js';
import { lookAgain } from './reminder-last-look.js';
import { nameOfOccurrence, occurrences, planReminders, type Facts, type Recorded } from './reminder.planning.js';
import { DEFAULT_RULES, endOf, plannedAt, type ReminderRule } from './reminder-rule.js';
import type { SuppressionReason } from './reminder.vocabulary.js';

const DUE_TODAY = new Date('2024-07-14T09:00+03:00');
const OVERDUE = new Date('2024-07-17T09:00+03:00');
const works = owing('works');
const address = 'works@example.org';

/** Two stages of which both are still in time on the due day. */
const LONGER = DEFAULT_RULES.map((rule) => (rule.key === 'due-in-3' ? { ...rule, latenessHours: 240 } : rule));

const usual = (key: string): ReminderRule => DEFAULT_RULES.find((rule) => rule.key === key) as ReminderRule;
const pause = (kind: Pause['kind'], more: Partial<Pause> = {}): Pause => ({
  kind,
  planId: 'plan',
  institutionId: null,
  periodId: null,
  address: null,
  audience: null,
  until: null,
  ...more,
});

/** What the ledger has of a rule, with the times that it had then. */
const recorded = (facts: Facts, key: string, reason: SuppressionReason | null, more: Partial<Recorded> = {}): Facts => {
  const all = facts.matters.flatMap((matter) => occurrences(facts, matter, new Date('2025-01-01')));
  const one = all.find(({ rule }) => rule.key === key);
  if (!one) throw new Error(`No rule ${key} speaks of it.`);
  const { plannedAt: planned, endsAt } = one;
  return {
    ...facts,
    recorded: new Map([...facts.recorded, [nameOfOccurrence(one), { reason, plannedAt: planned, endsAt, ...more }]]),
  };
};
const saidBy = (facts: Facts, now: Date): string[] =>
  planReminders(facts, now).digests.flatMap(({ said }) =>
    said.map(({ speaks, settles }) => [speaks, ...settles].map(({ rule }) => rule.key).join(' for ')),
  );

describe('planning', () => {
  const facts = factsOf([works], [recipient('works')], { rules: LONGER });

  it('lets the latest speak, and stand for those that are still in time', () => {
    expect(saidBy(facts, DUE_TODAY)).toEqual(['due-today for due-in-3']);
  });

  it.each(['NO_ADDRESS', 'UNDELIVERABLE', 'HELD', 'RESCHEDULED', 'ADDRESS_CHANGED', 'RULE_OFF', 'TOO_LATE'] as const)(
    'reminds after all of what was not sent as %s, when that is mended in time',
    (reason) => {
      expect(saidBy(recorded(facts, 'overdue-3', reason), OVERDUE)).toEqual(['overdue-3']);
    },
  );

  it.each([null, 'SAID_BY_ANOTHER'] as const)(
    'never says again what stands as %s, wherever its day moves',
    (reason) => {
      const moved = { plannedAt: new Date('2024-06-01'), endsAt: new Date('2024-06-08') };
      expect(saidBy(recorded(facts, 'overdue-3', reason, moved), OVERDUE)).toEqual([]);
    },
  );

  it.each(['MUTED', 'STAGE_OVER', 'OVERTAKEN'] as const)(
    'leaves %s as it is, unless its times have moved on',
    (reason) => {
      expect(saidBy(recorded(facts, 'overdue-3', reason), OVERDUE)).toEqual([]);
      const moved = { plannedAt: new Date('2024-06-01'), endsAt: new Date('2024-06-08') };
      expect(saidBy(recorded(facts, 'overdue-3', reason, moved), OVERDUE)).toEqual(['overdue-3']);
    },
  );

  it('does not ask again what was settled, and tells again of an institution that was reached and no longer is', () => {
    expect(saidBy(recorded(facts, 'overdue-3', 'NOTHING_MISSING'), OVERDUE)).toEqual([]);
    const unreached = factsOf(
      [owing('works', { topic: 'UNREACHABLE', institutionId: null, subject: 'unreachable/period' })],
      [recipient(null, { audience: 'MEL_OFFICER' })],
    );
    const preflight = new Date('2024-06-24T09:00+03:00');
    expect(saidBy(recorded(unreached, 'preflight', 'NOTHING_MISSING'), preflight)).toEqual(['preflight']);
  });

  it('keeps the reason that was recorded in time, whatever comes later', () => {
    const later = new Date('2024-07-25T09:00+03:00');
    const settled = factsOf([owing('works', { isSettled: true })], [recipient('works')]);
    const rules = planReminders(recorded(settled, 'overdue-3', 'UNDELIVERABLE'), later).suppressed;
    expect(rules.map(({ occurrence, reason }) => `${occurrence.rule.key} ${reason}`)).not.toContain(
      'overdue-3 NOTHING_MISSING',
    );
  });

  it('writes one digest for two roles at one address, and never over two matters twice', () => {
    const both = factsOf([works], [recipient('works'), recipient('works', { audience: 'HEAD', address })]);
    const { digests } = planReminders(both, new Date('2024-07-28T09:00+03:00'));
    expect(digests.map(({ said }) => said.length)).toEqual([1]);
  });
});

describe('a rule', () => {
  it('calls nobody late before the due day is over, though it counts from a close on the same day', () => {
    const rule = { ...usual('overdue-3'), anchor: 'CLOSES', offsetDays: -40 } as const;
    expect(plannedAt(rule, works, { weekend: [], holidays: [] })).toEqual(new Date('2024-07-15T09:00+03:00'));
  });

  it('does not say that something is due soon once the due day is over', () => {
    const rule = { ...usual('due-in-3'), latenessHours: 1000 };
    expect(endOf(rule, new Date('2024-07-09T09:00+03:00'), works)).toEqual(new Date('2024-07-15T00:00+03:00'));
  });
});

describe('the last look', () => {
  const row = (key: string, reason: SuppressionReason | null): Reminder => ({
    ...{ id: key, planId: 'plan', rule: key, subject: works.subject, edition: '', periodId: 'period' },
    ...{ institutionId: 'works', workingGroupId: null, dueOn: null, address, language: null, reason, mailId: 'mail' },
    ...{ stage: usual(key).stage, template: usual(key).template, audience: usual(key).audience, toldHash: null },
    ...{ plannedAt: DUE_TODAY, endsAt: DUE_TODAY, asOf: DUE_TODAY, recordedAt: DUE_TODAY },
  });
  const rows = [row('due-in-3', 'SAID_BY_ANOTHER'), row('due-today', null)];
  const look = (facts: Facts, now = DUE_TODAY) => {
    const { kept, changed } = lookAgain(facts, rows, now);
    return [kept.map(({ row: { rule } }) => rule), changed.map(({ row: { rule }, reason }) => `${rule} ${reason}`)];
  };

  it('leaves what a mail stands for to what it says', () => {
    expect(look(factsOf([works], [recipient('works')], { rules: LONGER }))).toEqual([['due-today'], []]);
  });

  it('lets the mail say what it stood for when the later rule was switched off meanwhile', () => {
    const rules = LONGER.map((rule) => (rule.key === 'due-today' ? { ...rule, isOn: false } : rule));
    expect(look(factsOf([works], [recipient('works')], { rules }))).toEqual([
      ['due-in-3'],
      ['due-in-3 null', 'due-today RULE_OFF'],
    ]);
  });

  it('does not leave a stage to a successor that is muted', () => {
    const head = recipient('works', { audience: 'HEAD', address });
    const facts = factsOf([works], [recipient('works'), head], { pauses: [pause('MUTE', { audience: 'HEAD' })] });
    const { kept } = lookAgain(facts, [row('overdue-10', null)], new Date('2024-07-28T10:00+03:00'));
    expect(kept).toHaveLength(1);
  });

  it('says nothing of what was handed in meanwhile', () => {
    expect(look(factsOf([owing('works', { isSettled: true })], [recipient('works')]))).toEqual([
      [],
      ['due-in-3 NOTHING_MISSING', 'due-today NOTHING_MISSING'],
    ]);
  });
});
