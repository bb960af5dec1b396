import sql from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import { rows } from '../platform/database/rows.js';
import type { Draft, Target } from './plan-draft.js';
import type { PlanChange } from './plan-diff.js';

interface Entry {
  readonly action: string;
  readonly isOfPlan: boolean;
  readonly difference: {
    readonly before?: { readonly dueDate?: string };
    readonly after?: { readonly count?: number; readonly changes?: readonly PlanChange[] };
  };
  readonly commitment: number | null;
  readonly milestone: number | null;
}

/** What was changed in the plan after the change with this number, as the audit record has it, the oldest first. */
export async function changesSince(tx: EntityManager, planId: string, number: number): Promise<PlanChange[]> {
  const entries = await rows<Entry>(
    tx,
    sql`select e.action, e.plan_id = ${planId} as "isOfPlan", e.difference, c.number as commitment, m.number as milestone
          from audit_entry e
          left join milestone m on m.id = e.subject_id and e.action = 'milestone.rescheduled'
          left join commitment c on c.id = m.commitment_id
         where e.number > ${number} and e.action in ('plan.imported', 'milestone.rescheduled')
           and e.plan_id in (select o.id from action_plan o join action_plan p on p.member_id = o.member_id where p.id = ${planId})
         order by e.number`,
  );
  return entries.flatMap(changesOf);
}

function changesOf({ action, isOfPlan, difference, commitment, milestone }: Entry): PlanChange[] {
  if (action === 'milestone.rescheduled') {
    const path = `$.commitments[number=${commitment}].milestones[number=${milestone}].dueOn`;
    return isOfPlan ? [{ path, before: difference.before?.dueDate }] : [];
  }
  const { count = 0, changes = [] } = difference.after ?? {};
  // The record names some of very many changes: then any of them may be the one that matters.
  if (isOfPlan && count > changes.length) return [{ path: '$' }];
  // Plans of one member share its institutions.
  return changes.filter(({ path }) => isOfPlan || path.startsWith('$.institutions'));
}

/** Those of the changes that touch any of the fields of the thing. */
export const touching = (
  changes: readonly PlanChange[],
  { identity }: Target,
  fields: readonly string[],
): readonly PlanChange[] =>
  changes.filter(
    ({ path }) =>
      path === '$' ||
      path === identity ||
      fields.some((field) => {
        const place = `${identity}.${field}`;
        return path === place || path.startsWith(`${place}.`) || path.startsWith(`${place}[`);
      }),
  );

/** The thing as it was before the changes; null where the record does not tell. */
export function before(target: Target, changes: readonly PlanChange[]): Draft | null {
  const object = structuredClone(target.object);
  for (const { path, before: value } of [...changes].reverse()) {
    const steps = path.slice(target.identity.length + 1).split('.');
    if (!path.startsWith(`${target.identity}.`) || path.slice(target.identity.length).includes('[')) return null;
    put(object, steps, value);
  }
  return object;
}

function put(object: Draft, [step = '', ...more]: readonly string[], value: unknown): void {
  if (more.length > 0) put((object[step] ??= {}) as Draft, more, value);
  else if (value === undefined) delete object[step];
  else object[step] = value;
}
