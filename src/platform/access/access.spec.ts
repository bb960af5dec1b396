import { describe, expect, it } from '@jest/globals';
import { actingAs, may, rangeOf } from './access.js';
import { sightOf } from './sight.js';
import { SCOPES, Viewer } from './viewer.js';

const here = { planId: 'plan', institutionId: 'works', periodId: '2024-Q1' };

describe('what a viewer may do', () => {
  it('with the link of a reminder is to report for its institution in its period, and nothing else', () => {
    const link = Viewer.link('id', here);
    expect(may(link, 'checkInSubmit', here)).toBe(true);
    for (const elsewhere of [
      { ...here, periodId: '2024-Q2' },
      { ...here, institutionId: 'parks' },
      { ...here, planId: 'other' },
      { planId: 'plan', institutionId: 'works' },
    ])
      expect(may(link, 'checkInSubmit', elsewhere)).toBe(false);
    for (const action of ['checkInVerify', 'periodExtend', 'planImport', 'readContacts', 'sessionEnd'] as const)
      expect(may(link, action, here)).toBe(false);
  });

  it('as a part of the service is what an administrator may, and what nobody else may, but not to report or to verify', () => {
    const service = Viewer.system('reminders');
    expect(may(service, 'remind')).toBe(true);
    expect(may(service, 'planImport', { planId: 'any' })).toBe(true);
    for (const action of ['checkInSubmit', 'checkInVerify', 'sessionEnd'] as const)
      expect(may(service, action, here)).toBe(false);
    expect(may(Viewer.person('p', [{ role: 'ADMIN', planId: null, institutionId: null }]), 'remind')).toBe(false);
  });

  it('is never more than the scopes of its token', () => {
    const officer = (scopes: typeof SCOPES) =>
      Viewer.token('t', 't', [{ role: 'MEL_OFFICER', planId: 'plan', institutionId: null }], scopes);
    expect(may(officer(SCOPES), 'checkInVerify', here)).toBe(true);
    expect(may(officer(['READ_OWN']), 'checkInVerify', here)).toBe(false);
    expect(rangeOf(officer(['ADMIN']), 'readDrafts')).toEqual({ everywhere: false, plans: [], institutions: [] });
  });

  it('shows in the audit as the role that allowed it, not as every role that is held', () => {
    const both = Viewer.person('p', [
      { role: 'STEERING', planId: 'plan', institutionId: null },
      { role: 'MEL_OFFICER', planId: 'plan', institutionId: null },
    ]);
    expect(actingAs(both, 'checkInVerify')).toBe('MEL_OFFICER');
  });

  it('decides what the database shows: everything, plans, institutions in plans, or nothing', () => {
    expect(sightOf(Viewer.system('reminders'))).toBe('*');
    expect(sightOf(Viewer.public)).toBe('');
    expect(sightOf(Viewer.link('id', here))).toBe('plan/works');
    expect(sightOf(Viewer.person('p', [{ role: 'MEL_OFFICER', planId: 'plan', institutionId: null }]))).toBe('plan');
  });
});
