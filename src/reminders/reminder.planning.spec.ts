import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { datesOf, inEnglish, owing, recipient } from '../../test/support/owing.js';
import {
  planReminders,
  stillToSay,
  type Digest,
  type Owing,
  type Recipient,
  type Recorded,
} from './reminder.planning.js';
import { STAGE_RULES, type ReminderStage } from './reminder.stages.js';

const OPENED = new Date('2024-07-01T09:00+03:00');
const DUE_SOON = new Date('2024-07-07T09:00+03:00');
const OVERDUE = new Date('2024-07-17T09:00+03:00');

const plan = (
  owed: readonly Owing[],
  recipients: readonly Recipient[],
  recorded: readonly Recorded[] = [],
  now = OPENED,
) => planReminders({ owing: owed, recipients, recorded }, now);

const recordedAs = (institutionId: string, stage: ReminderStage, more: Partial<Recorded> = {}): Recorded => ({
  periodId: 'period',
  institutionId,
  stage,
  address: `${institutionId}@example.org`,
  recordedAt: OPENED,
  mailStatus: 'SENT',
  ...more,
});

/** What a run writes down for a digest. */
const recordsOf = (digest: Digest): Recorded[] =>
  digest.sections.flatMap(({ owing: { periodId, institutionId }, settles }) =>
    settles.map((stage) => recordedAs(institutionId, stage, { periodId, address: digest.address })),
  );

const names = (digest: Digest | undefined): string[] =>
  digest?.sections.map(({ owing: { planKey, institutionKey } }) => `${planKey} ${institutionKey}`) ?? [];

describe('a digest', () => {
  it('is one for an address that speaks for two institutions', () => {
    const address = 'both@example.org';
    const { digests } = plan(
      [owing('works'), owing('parks')],
      [recipient('works', { address }), recipient('parks', { address })],
    );
    expect(digests).toHaveLength(1);
    expect(names(digests[0])).toEqual(['testville-2024 works', 'testville-2024 parks']);
  });

  it('is one for an address that reports on two plans', () => {
    const second = owing('works', { planId: 'other', planKey: 'testville-2025', periodId: 'other-period' });
    const { digests } = plan([owing('works'), second], [recipient('works')]);
    expect(digests.map(names)).toEqual([['testville-2024 works', 'testville-2025 works']]);
  });

  it('names an institution once when two of its contacts have the same address', () => {
    const contacts = [recipient('works', { name: 'First' }), recipient('works', { name: 'Second', language: 'ar' })];
    const { digests } = plan([owing('works')], contacts);
    expect(digests).toMatchObject([{ name: 'First', language: 'en' }]);
    expect(names(digests[0])).toEqual(['testville-2024 works']);
  });

  it('goes to each of the contacts that have addresses of their own', () => {
    const { digests } = plan(
      [owing('works')],
      [recipient('works'), recipient('works', { address: 'second@example.org' })],
    );
    expect(digests.map(({ address }) => address)).toEqual(['works@example.org', 'second@example.org']);
  });

  it('lists what is missing and no more, and what is begun as begun', () => {
    const { missing } = owing('works', { count: 3 });
    const partly = owing('works', {
      owed: 3,
      missing: missing.slice(1).map((item) => (item.number === 2 ? { ...item, status: 'DRAFT' as const } : item)),
    });
    const { digests } = plan([partly], [recipient('works')]);
    expect(digests[0]?.sections[0]?.owing).toMatchObject({
      owed: 3,
      missing: [
        { number: 2, status: 'DRAFT' },
        { number: 3, status: 'EXPECTED' },
      ],
    });
  });
});

describe('nobody is written to', () => {
  it('when everything is filed', () => {
    expect(plan([owing('works', { owed: 2, missing: [] })], [recipient('works')])).toMatchObject({
      digests: [],
      withheld: [{ reason: 'NOTHING_MISSING' }],
    });
  });

  it('when no stage is due', () => {
    expect(plan([owing('works')], [recipient('works')], [], new Date('2024-07-15T12:00+03:00'))).toMatchObject({
      digests: [],
      withheld: [{ reason: 'NO_STAGE_DUE', stage: null }],
    });
  });

  it('at an institution without an address, which is named and hurts nobody else', () => {
    const { digests, withheld } = plan(
      [owing('nobody'), owing('silent'), owing('works')],
      [recipient('silent', { address: null }), recipient('works')],
    );
    expect(digests.map(({ address }) => address)).toEqual(['works@example.org']);
    expect(withheld.map(({ owing: { institutionKey }, reason }) => [institutionKey, reason])).toEqual([
      ['nobody', 'NO_ADDRESS'],
      ['silent', 'NO_ADDRESS'],
    ]);
  });

  it('twice for the same stage; it is said who was reminded, of what and when', () => {
    const recordedAt = new Date('2024-07-01T09:00:07+03:00');
    expect(plan([owing('works')], [recipient('works')], [recordedAs('works', 'OPENED', { recordedAt })])).toMatchObject(
      {
        digests: [],
        withheld: [
          { reason: 'ALREADY_REMINDED', stage: 'OPENED', address: 'works@example.org', recorded: { recordedAt } },
        ],
      },
    );
  });

  it('and an address that two contacts share is named once', () => {
    const { withheld } = plan(
      [owing('works')],
      [recipient('works'), recipient('works', { name: 'Second' })],
      [recordedAs('works', 'OPENED')],
    );
    expect(withheld).toHaveLength(1);
  });
});

describe('after a missed run', () => {
  it('one mail stands for the stages that were never said', () => {
    const { digests } = plan([owing('works')], [recipient('works')], [], OVERDUE);
    expect(digests).toMatchObject([{ sections: [{ stage: 'OVERDUE', settles: ['OPENED', 'DUE_SOON', 'OVERDUE'] }] }]);
  });

  it('a stage that was said is not settled again', () => {
    const { digests } = plan([owing('works')], [recipient('works')], [recordedAs('works', 'OPENED')], OVERDUE);
    expect(digests).toMatchObject([{ sections: [{ settles: ['DUE_SOON', 'OVERDUE'] }] }]);
  });

  it('a stage that was skipped does not come after', () => {
    const [digest] = plan([owing('works')], [recipient('works')], [], DUE_SOON).digests;
    const recorded = digest ? recordsOf(digest) : [];
    expect(plan([owing('works')], [recipient('works')], recorded, DUE_SOON).digests).toEqual([]);
    expect(plan([owing('works')], [recipient('works')], recorded, new Date('2024-07-14T23:00+03:00')).digests).toEqual(
      [],
    );
  });
});

describe('an address that is added late in the window', () => {
  it('still gets its mail, and the one that was there gets none', () => {
    const { digests } = plan(
      [owing('works')],
      [recipient('works'), recipient('works', { address: 'new@example.org' })],
      [recordedAs('works', 'OPENED')],
      new Date('2024-07-03T11:00+03:00'),
    );
    expect(digests.map(({ address }) => address)).toEqual(['new@example.org']);
  });
});

describe('whatever is owed, whoever is to be reminded and whenever a run is made', () => {
  const institutions = ['works', 'parks', 'mayor'];
  const owed = fc
    .uniqueArray(fc.tuple(fc.constantFrom('p1', 'p2', 'p3'), fc.constantFrom(...institutions)), {
      selector: ([period, institution]) => `${period} ${institution}`,
    })
    .chain((pairs) =>
      fc.tuple(
        ...pairs.map(([periodId, institution]) =>
          fc
            .tuple(
              fc.array(fc.constantFrom('EXPECTED', 'DRAFT', 'SUBMITTED', 'VERIFIED', 'RETURNED'), { maxLength: 4 }),
              fc.integer({ min: 0, max: 20 }),
            )
            .map(([statuses, later]) => {
              const all = statuses.map((status, at) => ({ number: at + 1, title: inEnglish(`No. ${at + 1}`), status }));
              const missing = all.filter(({ status }) => !['SUBMITTED', 'VERIFIED'].includes(status));
              const dueOn = `2024-07-${String(8 + later).padStart(2, '0')}`;
              return owing(institution, { periodId, owed: all.length, missing, ...datesOf({ dueOn }) });
            }),
        ),
      ),
    );
  const recipients = fc.array(
    fc
      .tuple(fc.constantFrom(...institutions), fc.constantFrom('a@example.org', 'b@example.org', null))
      .map(([institution, address]) => recipient(institution, { address })),
    { maxLength: 8 },
  );
  const instants = fc
    .array(fc.date({ min: new Date('2024-06-28'), max: new Date('2024-08-20'), noInvalidDate: true }), { maxLength: 8 })
    .map((found) => found.sort((a, b) => a.getTime() - b.getTime()));

  it('nobody is planned twice for the same institution, period and stage, and no address gets two mails of a run', () => {
    fc.assert(
      fc.property(owed, recipients, instants, (owings, who, runs) => {
        const recorded: Recorded[] = [];
        const keys = new Set<string>();
        for (const now of runs) {
          const { digests } = plan(owings, who, recorded, now);
          expect(new Set(digests.map(({ address }) => address)).size).toBe(digests.length);
          for (const row of digests.flatMap(recordsOf)) {
            const key = [row.address, row.institutionId, row.periodId, row.stage].join(' ');
            expect(keys.has(key)).toBe(false);
            keys.add(key);
            recorded.push(row);
          }
          expect(plan(owings, who, recorded, now).digests).toEqual([]);
        }
      }),
    );
  });

  it('nobody hears more than once a stage, however many runs were missed', () => {
    fc.assert(
      fc.property(owed, recipients, instants, (owings, who, runs) => {
        const heard = new Map<string, number>();
        const recorded: Recorded[] = [];
        for (const now of runs)
          for (const digest of plan(owings, who, recorded, now).digests) {
            recorded.push(...recordsOf(digest));
            for (const { owing: about } of digest.sections) {
              const key = `${digest.address} ${about.periodId} ${about.institutionId}`;
              heard.set(key, (heard.get(key) ?? 0) + 1);
            }
          }
        for (const times of heard.values()) expect(times).toBeLessThanOrEqual(STAGE_RULES.length);
      }),
    );
  });

  it('nothing that is filed is listed, and everybody who owes is either written to or named with a reason', () => {
    fc.assert(
      fc.property(owed, recipients, instants, (owings, who, runs) => {
        for (const now of runs) {
          const { digests, withheld } = plan(owings, who, [], now);
          for (const { owing: about } of digests.flatMap(({ sections }) => sections)) {
            expect(about.missing.length).toBeGreaterThan(0);
            expect(about.missing.every(({ status }) => ['EXPECTED', 'DRAFT', 'RETURNED'].includes(status))).toBe(true);
          }
          const answered = [...digests.flatMap(({ sections }) => sections), ...withheld].map(
            ({ owing: about }) => about,
          );
          expect(owings.every((one) => answered.includes(one))).toBe(true);
        }
      }),
    );
  });
});

describe('right before it leaves, a mail', () => {
  const look = (owed: readonly Owing[], recipients: readonly Recipient[], recorded: readonly Recorded[], now: Date) =>
    stillToSay({ owing: owed, recipients, recorded }, 'works@example.org', now);

  it('says what it said when nothing has changed', () => {
    expect(look([owing('works')], [recipient('works')], [recordedAs('works', 'OPENED')], OPENED)).toMatchObject({
      sections: [{ stage: 'OPENED', settles: ['OPENED'] }],
    });
  });

  it('is kept back when everything was filed, or nothing is owed any more', () => {
    const recorded = [recordedAs('works', 'OPENED')];
    const filed = owing('works', { owed: 1, missing: [] });
    expect(look([filed], [recipient('works')], recorded, OPENED)).toEqual({ reason: 'NOTHING_MISSING' });
    expect(look([], [], recorded, OPENED)).toEqual({ reason: 'NOTHING_MISSING' });
  });

  it('is kept back when the address is not the institution’s any more', () => {
    const moved = recipient('works', { address: 'new@example.org' });
    expect(look([owing('works')], [moved], [recordedAs('works', 'OPENED')], OPENED)).toEqual({
      reason: 'ADDRESS_CHANGED',
    });
  });

  it('leaves out the institution that the address no longer belongs to', () => {
    const address = 'works@example.org';
    const answer = look(
      [owing('works'), owing('parks')],
      [recipient('works'), recipient('parks')],
      [recordedAs('works', 'OPENED'), recordedAs('parks', 'OPENED', { address })],
      OPENED,
    );
    expect('sections' in answer && answer.sections.map(({ owing: about }) => about.institutionKey)).toEqual(['works']);
  });

  it('is kept back when the next stage has come, which has a mail of its own', () => {
    expect(look([owing('works')], [recipient('works')], [recordedAs('works', 'OPENED')], DUE_SOON)).toEqual({
      reason: 'STAGE_OVER',
    });
  });

  it('is kept back when the due day has passed, or the period has closed', () => {
    const recorded = [recordedAs('works', 'OPENED'), recordedAs('works', 'DUE_SOON')];
    for (const now of ['2024-07-15T00:00+03:00', '2024-08-15T00:00+03:00'])
      expect(look([owing('works')], [recipient('works')], recorded, new Date(now))).toEqual({ reason: 'STAGE_OVER' });
  });

  it('does not call overdue what was extended in the meantime', () => {
    const longer = owing('works', datesOf({ dueOn: '2024-07-22', closesOn: '2024-08-22' }));
    const recorded = STAGE_RULES.map(({ stage }) => recordedAs('works', stage));
    expect(look([longer], [recipient('works')], recorded, OVERDUE)).toMatchObject({
      sections: [{ stage: 'DUE_SOON', owing: { dueOn: '2024-07-22' } }],
    });
  });
});
