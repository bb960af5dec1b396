import { dayOf } from '../action-plans/reporting-calendar.js';
import { isTaken, takesMail, type Matter } from './matter.js';
import { BY_HAND, endOf, type ReminderRule } from './reminder-rule.js';
import { fits, type Digest, type Facts, type Occurrence } from './reminder.planning.js';
import type { ReminderStage } from './reminder.vocabulary.js';

export type ByHand =
  { readonly digests: readonly Digest[] } | { readonly refused: 'NOTHING_MISSING' | 'NO_ADDRESS' | 'PAUSED' };

/** Whom somebody reminds beside the rules, of what is missing in periods that take check-ins at `now`. Once a day. */
export function byHand(facts: Facts, matters: readonly Matter[], now: Date): ByHand {
  const missing = matters.filter((matter) => matter.topic === 'CHECK_INS' && !matter.isSettled && isTaken(matter, now));
  if (missing.length === 0) return { refused: 'NOTHING_MISSING' };
  const found = missing.flatMap((matter) =>
    facts.directory
      .of('FOCAL_POINT', matter)
      .filter(takesMail)
      .map((recipient) => ({ ...occurrence(matter, now), recipient })),
  );
  if (found.length === 0) return { refused: 'NO_ADDRESS' };
  const free = found.filter((one) => !facts.pauses.some((pause) => fits(pause, one, now)));
  if (free.length === 0) return { refused: 'PAUSED' };
  const addresses = [...new Set(free.flatMap(({ recipient }) => recipient.address ?? []))];
  return {
    digests: addresses.flatMap((address): Digest[] => {
      const own = free.filter(({ recipient }) => recipient.address === address);
      const [first] = own;
      if (!first) return [];
      return [{ recipient: { ...first.recipient, address }, said: own.map((speaks) => ({ speaks, settles: [] })) }];
    }),
  };
}

function occurrence(matter: Matter, now: Date): Omit<Occurrence, 'recipient'> {
  const today = dayOf(now, matter.timeZone);
  const due = matter.days.DUE ?? today;
  const stage: ReminderStage = today < due ? 'DUE_SOON' : today === due ? 'DUE_TODAY' : 'OVERDUE';
  const rule: ReminderRule = {
    key: BY_HAND,
    stage,
    template: 'REPORT',
    audience: 'FOCAL_POINT',
    anchor: 'DUE',
    offsetDays: 0,
    unit: 'DAYS',
    localTime: '00:00',
    latenessHours: 24,
    isOn: true,
  };
  return { rule, matter, edition: `on-${today}`, plannedAt: now, endsAt: endOf(rule, now, matter) };
}
