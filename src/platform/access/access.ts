import { DomainError } from '../errors/domain-error.js';
import { ACCESS, type Action, type ActionName, type Reach } from './access-table.js';
import type { Grant, Viewer } from './viewer.js';

/** What an action is done to. What has no plan is reached only by roles that hold in every plan. */
export interface Target {
  readonly planId?: string | null;
  readonly institutionId?: string | null;
  readonly periodId?: string | null;
}

export class SignInFirst extends DomainError {
  readonly code = 'UNAUTHENTICATED';
  readonly key = 'access.signInFirst';
}
export class NotAllowed extends DomainError {
  readonly code = 'FORBIDDEN';
  readonly key = 'access.notAllowed';
}

/** Whether the viewer may do it to the target. */
export function may(viewer: Viewer, action: ActionName, target: Target = {}): boolean {
  const grants = grantsFor(viewer, action);
  return grants === 'ALL' || grants.some(([grant, reach]) => REACHES[reach](grant, target));
}

/** @throws SignInFirst or NotAllowed */
export function assertMay(viewer: Viewer, action: ActionName, target: Target = {}): void {
  if (may(viewer, action, target)) return;
  throw viewer.isPublic ? new SignInFirst() : new NotAllowed();
}

/**
 * Whether there is anything at all that the viewer may do it to: what a door can ask before it knows the target.
 *
 * @throws SignInFirst or NotAllowed
 */
export function assertMayAnywhere(viewer: Viewer, action: ActionName): void {
  const grants = grantsFor(viewer, action);
  if (grants === 'ALL' || grants.length > 0) return;
  throw viewer.isPublic ? new SignInFirst() : new NotAllowed();
}

/** Everything that the viewer may do it to, for conditions in SQL. */
export interface Range {
  readonly everywhere: boolean;
  readonly plans: readonly string[];
  readonly institutions: ReadonlyArray<{ readonly planId: string; readonly institutionId: string }>;
}

export function rangeOf(viewer: Viewer, action: ActionName): Range {
  const grants = grantsFor(viewer, action);
  if (grants === 'ALL') return { everywhere: true, plans: [], institutions: [] };
  const inPlans = grants.filter(([, reach]) => reach === 'ITS_PLAN').map(([grant]) => grant);
  const inInstitutions = grants.filter(([, reach]) => reach === 'ITS_INSTITUTION').map(([grant]) => grant);
  return {
    everywhere: inPlans.some(({ planId }) => planId === null),
    plans: inPlans.flatMap(({ planId }) => planId ?? []),
    institutions: inInstitutions.flatMap(({ planId, institutionId }) =>
      planId && institutionId ? [{ planId, institutionId }] : [],
    ),
  };
}

/** The roles that an audit entry shows: those by which the viewer could do it. */
export function actingAs(viewer: Viewer, action: ActionName): string {
  if (viewer.isSystem) return 'SYSTEM';
  const grants = grantsFor(viewer, action);
  const roles = grants === 'ALL' ? viewer.grants.map(({ role }) => role) : grants.map(([{ role }]) => role);
  return [...new Set(roles)].join('+') || (viewer.isPublic ? 'PUBLIC' : 'PERSON');
}

const REACHES: Readonly<Record<Reach, (grant: Grant, target: Target) => boolean>> = {
  ITS_PLAN: ({ planId }, target) => planId === null || planId === target.planId,
  ITS_INSTITUTION: ({ planId, institutionId, periodId }, target) =>
    planId !== null &&
    institutionId !== null &&
    planId === target.planId &&
    institutionId === target.institutionId &&
    (periodId === undefined || periodId === target.periodId),
};

function grantsFor(viewer: Viewer, name: ActionName): 'ALL' | ReadonlyArray<readonly [Grant, Reach]> {
  const { who, scopes }: Action = ACCESS[name];
  if (who === 'EVERYBODY' || (viewer.isSystem && Object.keys(who).length === 0)) return 'ALL';
  if (who === 'EVERY_PERSON') return viewer.personId ? 'ALL' : [];
  if (scopes && !scopes.some((scope) => viewer.scopes.includes(scope))) return [];
  return viewer.grants.flatMap((grant) => {
    const reach = who[grant.role];
    return reach ? [[grant, reach] as const] : [];
  });
}
