import type { Place } from './given-sheet.js';
import type { FileCommitment, FileInstitution, FileMilestone, PlanFile } from './plan-file.js';
import type { Problem } from './plan-file.problems.js';

/** A commitment, milestone or institution of a plan file that is being edited. */
export type Draft = Record<string, unknown>;

export interface Target {
  readonly object: Draft;
  /** Where it stands in the file, as the validator calls it. */
  readonly json: string;
  /** The same as the record of changes calls it, which does not depend on the order. */
  readonly identity: string;
}

/** A plan file while it is edited, and which cell each of its places was edited from. */
export class PlanDraft {
  private readonly edited: Array<{ json: string; place: Place }> = [];
  private readonly added = new Set<string>();

  constructor(readonly file: PlanFile) {}

  commitment(number: number): Target | null {
    const at = this.file.commitments.findIndex((commitment) => commitment.number === number);
    return this.target(this.file.commitments[at], `$.commitments[${at}]`, `$.commitments[number=${number}]`);
  }

  milestone(commitment: number, number: number): Target | null {
    const around = this.commitment(commitment);
    const milestones = (around?.object as FileCommitment | undefined)?.milestones ?? [];
    const at = milestones.findIndex((milestone) => milestone.number === number);
    return this.target(
      milestones[at],
      `${around?.json}.milestones[${at}]`,
      `${around?.identity}.milestones[number=${number}]`,
    );
  }

  institution(key: string): Target | null {
    const at = this.file.institutions.findIndex((institution) => institution.key === key);
    return this.target(this.file.institutions[at], `$.institutions[${at}]`, `$.institutions[key=${key}]`);
  }

  /** What the record of changes calls so. */
  called(identity: string): Target | null {
    const [, key] = /^\$\.institutions\[key=(.+)\]$/.exec(identity) ?? [];
    if (key !== undefined) return this.institution(key);
    const [, commitment, milestone] = /\[number=(\d+)\](?:\.milestones\[number=(\d+)\])?$/.exec(identity) ?? [];
    return milestone === undefined
      ? this.commitment(Number(commitment))
      : this.milestone(Number(commitment), Number(milestone));
  }

  addCommitment(number: number): Target | null {
    this.file.commitments.push({ number } as FileCommitment);
    return this.remember(this.commitment(number));
  }

  /** Null where there is no such commitment. */
  addMilestone(commitment: number, number: number): Target | null {
    const around = this.commitment(commitment)?.object as FileCommitment | undefined;
    if (!around) return null;
    (around.milestones ??= []).push({ number } as FileMilestone);
    return this.remember(this.milestone(commitment, number));
  }

  addInstitution(key: string): Target | null {
    this.file.institutions.push({ key } as FileInstitution);
    return this.remember(this.institution(key));
  }

  isAdded({ identity }: Target): boolean {
    return this.added.has(identity);
  }

  /** Notes that the place in the file is what it is because of the cell. */
  wasEdited(json: string, place: Place): void {
    this.edited.push({ json, place });
  }

  /** The cell that a problem comes from: of that very place, else of a field beside it, one that the problem names first. */
  cellOf({ path, args = {} }: Problem): Place | null {
    const around = this.edited
      .filter(({ json }) => path === json || path.startsWith(`${json}.`) || path.startsWith(`${json}[`))
      .sort((one, other) => other.json.length - one.json.length)[0];
    const parent = path.slice(0, path.lastIndexOf('.') + 1);
    // A new row is around all of its fields: a cell beside the missing one would be the wrong one to point at.
    if (around) return around.place;
    // What is wrong with the file as a whole is beside nothing.
    const beside = this.edited.filter(({ json }) => parent !== '' && json.startsWith(parent));
    const named = beside.find(({ json }) => Object.values(args).includes(json.slice(parent.length)));
    return (named ?? beside[0])?.place ?? null;
  }

  private target(object: object | undefined, json: string, identity: string): Target | null {
    return object ? { object: object as Draft, json, identity } : null;
  }

  private remember(target: Target | null): Target | null {
    if (target) this.added.add(target.identity);
    return target;
  }
}
