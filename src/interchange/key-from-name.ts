const LONGEST = 60;

/** A key that is made of the name and taken by nobody: the words of a Latin name, else a word with a number. */
export function keyFrom(name: string, word: string, taken: ReadonlySet<string>): string {
  const words = name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replaceAll(/^-+|-+$/g, '');
  const base = words || word;
  if (words && !taken.has(base)) return base;
  let number = words ? 2 : 1;
  while (taken.has(`${base}-${number}`)) number += 1;
  return `${base}-${number}`;
}
