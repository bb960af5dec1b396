import type { FileCommitment, FileInstitution, FileMilestone, FileWorkingGroup, PlanFile } from './plan-file.js';
import type { Problem } from './plan-file.problems.js';

/** What stays although the file no longer has it, because something was filed on it. */
export type Kept = Problem;

/** Which commitments and milestones check-ins or assessments were filed on, and which working groups have meetings. */
export interface Filed {
  readonly commitments: ReadonlySet<number>;
  readonly groups: ReadonlySet<string>;
  /** As `commitment.milestone`, by their numbers. */
  readonly milestones: ReadonlySet<string>;
  /** Due dates that milestones, named in the same way, had before they were moved here. */
  readonly earlierDueDates: ReadonlyMap<string, readonly string[]>;
}

/**
 * The plan as it will be: what the file says, and what is stored and does not go away because a file is silent about it.
 *
 * - Institutions that the file does not name may take part in other plans of the member.
 * - Contacts of an institution that is named without a list of contacts: a public file has no addresses in it, and
 *   reading it must not silence a reminder.
 * - The due date that a milestone had before it was moved, and where it was moved to: a file that was written before
 *   that does not move it back.
 * - Commitments and milestones that check-ins or assessments were filed on, with the working group of such a commitment.
 * - Working groups that have meetings.
 */
export function merged(stored: PlanFile, file: PlanFile, filed: Filed): { file: PlanFile; kept: Kept[] } {
  const commitments = merge(stored.commitments, file.commitments, byNumber, mergedCommitment(filed));
  const gone = missingIn(file.commitments, stored.commitments, byNumber);
  const keptCommitments = gone.filter(({ number }) => filed.commitments.has(number));
  const all = [...commitments, ...keptCommitments];
  const lostGroups = missingIn<FileWorkingGroup>(file.workingGroups ?? [], stored.workingGroups ?? [], byKey);
  const groupsThatMet = lostGroups.filter(({ key }) => filed.groups.has(key));
  const keptGroups = lostGroups.filter(
    (group) => groupsThatMet.includes(group) || keptCommitments.some(({ workingGroup }) => workingGroup === group.key),
  );
  const workingGroups = [...(file.workingGroups ?? []), ...keptGroups];
  return {
    file: {
      ...file,
      institutions: [
        ...merge(stored.institutions, file.institutions, byKey, withContactsOf),
        ...missingIn<FileInstitution>(file.institutions, stored.institutions, byKey),
      ],
      ...(workingGroups.length > 0 ? { workingGroups } : {}),
      commitments: all,
    },
    kept: [
      ...groupsThatMet.map(keptGroup),
      ...keptCommitments.map(keptCommitment),
      ...keptMilestones(all, file),
      ...keptDueDates(all, file),
    ],
  };
}

const byKey = ({ key }: { key: string }): string => key;
const byNumber = ({ number }: { number: number }): number => number;

function merge<Item>(
  stored: readonly Item[],
  given: readonly Item[],
  identity: (item: Item) => string | number,
  combine: (stored: Item, given: Item) => Item,
): Item[] {
  const known = new Map(stored.map((item) => [identity(item), item]));
  return given.map((item) => {
    const before = known.get(identity(item));
    return before ? combine(before, item) : item;
  });
}

function missingIn<Item>(
  given: readonly Item[],
  stored: readonly Item[],
  identity: (item: Item) => string | number,
): Item[] {
  const named = new Set(given.map(identity));
  return stored.filter((item) => !named.has(identity(item)));
}

const withContactsOf = (stored: FileInstitution, given: FileInstitution): FileInstitution => ({
  ...given,
  contacts: given.contacts ?? stored.contacts,
});

const mergedCommitment =
  (filed: Filed) =>
  (stored: FileCommitment, given: FileCommitment): FileCommitment => {
    const [before, now] = [stored.milestones ?? [], given.milestones ?? []];
    const kept = missingIn(now, before, byNumber).filter(({ number }) =>
      filed.milestones.has(`${given.number}.${number}`),
    );
    const milestones = [...merge(before, now, byNumber, withDueDatesOf(filed, given.number)), ...kept];
    return milestones.length > 0 ? { ...given, milestones } : given;
  };

const withDueDatesOf =
  (filed: Filed, commitment: number) =>
  (stored: FileMilestone, given: FileMilestone): FileMilestone => {
    const earlier = filed.earlierDueDates.get(`${commitment}.${given.number}`) ?? [];
    const { dueOn } = given;
    const isMovedSince = dueOn !== undefined && dueOn !== stored.dueOn && earlier.some((day) => day.startsWith(dueOn));
    return withOriginalDueDateOf(stored, isMovedSince && stored.dueOn ? { ...given, dueOn: stored.dueOn } : given);
  };

/** The date that was promised first stays known when it is moved; a file that names it has the last word. */
function withOriginalDueDateOf(stored: FileMilestone, given: FileMilestone): FileMilestone {
  const original = stored.originalDueOn ?? stored.dueOn;
  if (given.originalDueOn !== undefined || given.dueOn === undefined || original === undefined) return given;
  return { ...given, originalDueOn: original };
}

const keptGroup = ({ key }: FileWorkingGroup): Kept => ({
  path: `$.workingGroups[key=${key}]`,
  key: 'planImport.groupKept',
  args: { group: key },
});

const keptCommitment = ({ number }: FileCommitment): Kept => ({
  path: `$.commitments[number=${number}]`,
  key: 'planImport.commitmentKept',
  args: { number },
});

function keptMilestones(commitments: readonly FileCommitment[], file: PlanFile): Kept[] {
  const given = new Map(file.commitments.map((commitment) => [commitment.number, commitment.milestones ?? []]));
  return commitments.flatMap(({ number: commitment, milestones }) =>
    missingIn(given.get(commitment) ?? milestones ?? [], milestones ?? [], byNumber).map(({ number }) => ({
      path: `$.commitments[number=${commitment}].milestones[number=${number}]`,
      key: 'planImport.milestoneKept',
      args: { number },
    })),
  );
}

function keptDueDates(commitments: readonly FileCommitment[], file: PlanFile): Kept[] {
  const given = new Map(file.commitments.map(({ number, milestones }) => [number, milestones ?? []]));
  return commitments.flatMap(({ number: commitment, milestones }) =>
    (milestones ?? []).flatMap(({ number, dueOn }) => {
      const inFile = given.get(commitment)?.find((milestone) => milestone.number === number)?.dueOn;
      if (inFile === undefined || dueOn === undefined || inFile === dueOn) return [];
      const path = `$.commitments[number=${commitment}].milestones[number=${number}].dueOn`;
      return [{ path, key: 'planImport.dueDateKept', args: { number, day: dueOn } }];
    }),
  );
}
