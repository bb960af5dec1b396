import type { PlanChange } from './plan-diff.js';

/** An audit entry names this many changes and counts the rest. */
const MOST = 500;

/** The record says that a contact changed, not who it is: people's data can be erased, audit entries cannot. */
export function recordedChanges(changes: readonly PlanChange[]): PlanChange[] {
  return changes
    .slice(0, MOST)
    .map((change) => (/contacts|^\$\.institutions\[[^\]]+\]$/.test(change.path) ? { path: change.path } : change));
}
