import type { FileInstitution } from './plan-file.js';

/** OGP cuts names off here. */
const CUT_AT = 100;

export type FoundInstitution =
  | { readonly institution: FileInstitution; readonly wasCut: boolean }
  /** Nobody is called so, or more than one. */
  | { readonly name: string; readonly candidates: number };

/**
 * The institutions that a cell names, separated by semicolons: by their keys, their names in any language, or the first
 * hundred characters of a name where only one begins so. A name may have a semicolon in it.
 */
export function institutionsNamed(cell: string, institutions: readonly FileInstitution[]): FoundInstitution[] {
  const parts = cell.split(';');
  const found: FoundInstitution[] = [];
  while (parts.length > 0) {
    const longest = parts.map((_, at) => parts.length - at).find((count) => named(parts.slice(0, count), institutions));
    const taken = parts.splice(0, longest ?? 1);
    const name = taken.join(';').trim();
    if (name !== '') found.push(named(taken, institutions) ?? begunWith(name, institutions));
  }
  return found;
}

/** Whether the name has the length at which OGP cuts names off. */
export const isCutOff = (name: string): boolean => [...name].length >= CUT_AT - 1 && [...name].length <= CUT_AT;

const form = (name: string): string => name.normalize('NFC').replaceAll(/\s+/g, ' ').trim().toLowerCase();

const namesOf = ({ key, name }: FileInstitution): string[] => [
  key,
  ...Object.values(name).map((text) => form(typeof text === 'string' ? text : text.text)),
];

function named(parts: readonly string[], institutions: readonly FileInstitution[]): FoundInstitution | null {
  const name = parts.join(';').trim();
  const matching = institutions.filter((institution) => namesOf(institution).includes(form(name)));
  const [institution] = matching;
  if (!institution) return null;
  return matching.length === 1 ? { institution, wasCut: false } : { name, candidates: matching.length };
}

function begunWith(name: string, institutions: readonly FileInstitution[]): FoundInstitution {
  const matching = isCutOff(name)
    ? institutions.filter((institution) => namesOf(institution).some((known) => known.startsWith(form(name))))
    : [];
  const [institution] = matching;
  return institution && matching.length === 1 ? { institution, wasCut: true } : { name, candidates: matching.length };
}
