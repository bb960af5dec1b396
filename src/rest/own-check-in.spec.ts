import { describe, expect, it } from '@jest/globals';
import type { Grant } from '../platform/access/viewer.js';
import { ownCheckIn } from './own-check-in.js';

const checkIn = (key: string) => ({ id: key, version: 0, plan: { id: 'plan' }, institution: { id: key, key } });
const reportsFor = (institutionId: string, planId = 'plan'): Grant => ({ role: 'FOCAL_POINT', planId, institutionId });
const [works, parks] = [checkIn('works'), checkIn('parks')];

describe('An address of a check-in without an institution means', () => {
  it('the one of the institution that the caller reports for', () =>
    expect(ownCheckIn([works, parks], [reportsFor('parks')])).toBe(parks));
  it('the only one there is', () => expect(ownCheckIn([works], [])).toBe(works));
  it('none for a caller who reports for several of them', () =>
    expect(ownCheckIn([works, parks], [reportsFor('parks'), reportsFor('works')])).toBeNull());
  it('none for a caller who reports for the institution in another plan, or holds another role in it', () => {
    expect(ownCheckIn([works, parks], [reportsFor('parks', 'other')])).toBeNull();
    expect(ownCheckIn([works, parks], [{ ...reportsFor('parks'), role: 'COORDINATOR' }])).toBeNull();
  });
});
