import { ACCESS, type Action } from '../platform/access/access-table.js';
import { SCOPES, type Role, type Scope } from '../platform/access/viewer.js';

/** All that a token of the role can be used for, as the access table has it. */
export function scopesOf(role: Role): Scope[] {
  const actions: Action[] = Object.values(ACCESS);
  const ofRole = actions.filter(({ who }) => typeof who === 'object' && role in who);
  return SCOPES.filter((scope) => ofRole.some(({ scopes }) => scopes?.includes(scope)));
}
