import type { Grant } from '../platform/access/viewer.js';

/** What of a check-in tells whose it is. */
export interface AddressedCheckIn {
  readonly id: string;
  readonly version: number;
  readonly plan: { readonly id: string };
  readonly institution: { readonly id: string; readonly key: string };
}

/**
 * Which of the check-ins on one commitment for one period an address without an institution means: the one of the
 * caller's own institution, else the only one there is. Null where it could be several.
 */
export function ownCheckIn(found: readonly AddressedCheckIn[], grants: readonly Grant[]): AddressedCheckIn | null {
  const own = found.filter(({ plan, institution }) =>
    grants.some(
      ({ role, planId, institutionId }) =>
        role === 'FOCAL_POINT' && planId === plan.id && institutionId === institution.id,
    ),
  );
  const meant = own.length > 0 ? own : found;
  return meant.length === 1 ? (meant[0] ?? null) : null;
}
