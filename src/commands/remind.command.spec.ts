import { describe, expect, it } from '@jest/globals';
import { owing, recipient } from '../../test/support/owing.js';
import { DEFAULT_RULES } from '../reminders/reminder-rule.js';
import type { RunReport } from '../reminders/reminders.service.js';
import type { WrittenDigest } from '../reminders/letters.service.js';
import { asJson, lines } from './remind.command.js';

const NOW = new Date('2024-07-09T09:00+03:00');

const digestFor = (address: string): WrittenDigest => {
  const to = { ...recipient('works'), address };
  const speaks = {
    rule: DEFAULT_RULES[3]!,
    matter: owing('works'),
    edition: '',
    plannedAt: NOW,
    endsAt: NOW,
    recipient: to,
  };
  return {
    key: address,
    recipient: to,
    said: [{ speaks, settles: [] }],
    letter: { address, name: null, language: 'en', sections: [] },
  };
};

const report = (more: Partial<RunReport>): RunReport => ({
  asOf: NOW,
  dryRun: false,
  digests: [],
  suppressed: [],
  held: [],
  silences: [],
  queued: [],
  elsewhere: [],
  failed: [],
  nextTurn: null,
  troubled: [],
  ...more,
});

describe('What mithaq remind says', () => {
  const troubled = report({ queued: [digestFor('a@example.org')], failed: [digestFor('b@example.org')] });

  it('names the addresses whose reminder could not be recorded, and does not count them as reminded', () => {
    const said = lines(troubled).join('\n');
    expect(said).toContain('1 address reminded.');
    expect(said).toMatch(/Could not be recorded .*the next run tries again:\n {2}b@example\.org/);
    expect(asJson(troubled)).toMatchObject({ reminded: [{ address: 'a@example.org' }], failed: ['b@example.org'] });
  });

  it('is silent about failure when there was none', () => {
    expect(lines(report({ queued: [digestFor('a@example.org')] })).join()).not.toContain('Could not');
    expect(asJson(report({}))).toMatchObject({ failed: [] });
  });
});
