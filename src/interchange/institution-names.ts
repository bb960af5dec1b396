import type { FileInstitution } from './plan-file.js';

/** OGP cuts names off here. */
const CUT_AT = 100;
/** Semicolons within one name are rare. */
const MOST_PARTS = 5;

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
  const known = byNames(institutions);
  const found: FoundInstitution[] = [];
  for (let at = 0; at < parts.length;) {
    const longest = Math.min(MOST_PARTS, parts.length - at);
    const counts = Array.from({ length: longest }, (_, less) => longest - less);
    const count = counts.find((count) => known.has(form(parts.slice(at, at + count).join(';')))) ?? 1;
    const name = parts
      .slice(at, at + count)
      .join(';')
      .trim();
    if (name !== '') found.push(named(name, known) ?? begunWith(name, institutions));
    at += count;
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

function byNames(institutions: readonly FileInstitution[]): ReadonlyMap<string, readonly FileInstitution[]> {
  const known = new Map<string, FileInstitution[]>();
  for (const institution of institutions)
    for (const name of new Set(namesOf(institution))) known.set(name, [...(known.get(name) ?? []), institution]);
  return known;
}

function named(name: string, known: ReadonlyMap<string, readonly FileInstitution[]>): FoundInstitution | null {
  const matching = known.get(form(name)) ?? [];
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
