import { describe, expect, it } from '@jest/globals';
import { owing } from '../../test/support/owing.js';
import type { Digest } from '../reminders/reminder.planning.js';
import type { RunReport } from '../reminders/reminders.service.js';
import { asJson, lines } from './remind.command.js';

const digestFor = (address: string): Digest => ({
  address,
  name: null,
  language: 'en',
  sections: [{ owing: owing('works'), stage: 'DUE_SOON', settles: ['DUE_SOON'], until: owing('works').dueBefore }],
});

const report = (more: Partial<RunReport>): RunReport => ({
  asOf: new Date('2024-07-09T09:00+03:00'),
  dryRun: false,
  digests: [],
  withheld: [],
  queued: [],
  elsewhere: [],
  failed: [],
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
