import type { FileCommitment, FileMilestone, PlanFile } from './plan-file.js';
import { withContactKeys } from './plan-rows.js';
import { expanded } from './plan-texts.js';

/** The file with everything written out that it may leave to be understood. */
export function spelledOut(file: PlanFile): PlanFile {
  const content = expanded(file);
  return { ...content, institutions: content.institutions.map(withContactKeys) };
}

/** Two files that are spelled out and say the same are equal in this form. */
export const inNormalForm = (file: PlanFile): PlanFile => ({
  ...file,
  institutions: sorted(file.institutions, ({ key }) => key),
  ...(file.workingGroups ? { workingGroups: sorted(file.workingGroups, ({ key }) => key) } : {}),
  commitments: sorted(file.commitments.map(commitmentInNormalForm), ({ number }) => number),
});

const commitmentInNormalForm = (commitment: FileCommitment): FileCommitment =>
  commitment.milestones
    ? { ...commitment, milestones: sorted(commitment.milestones.map(withoutIdleDate), ({ number }) => number) }
    : commitment;

/** A due date that never moved is not said twice. */
function withoutIdleDate(milestone: FileMilestone): FileMilestone {
  const { originalDueOn, ...rest } = milestone;
  return originalDueOn === undefined || originalDueOn === rest.dueOn ? rest : milestone;
}

/** By code units, so that the order does not depend on the language of a database or a machine. */
const sorted = <Item>(items: readonly Item[], by: (item: Item) => string | number): Item[] =>
  [...items].sort((one, other) => (by(one) < by(other) ? -1 : by(one) > by(other) ? 1 : 0));
