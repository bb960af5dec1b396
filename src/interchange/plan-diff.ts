import { isDeepStrictEqual } from 'node:util';
import type { PlanFile } from './plan-file.js';

/** One difference between the stored plan and a file. `before` or `after` is missing where something is new or gone. */
export interface PlanChange {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

type Item = Record<string, string | number | undefined>;

/** How the items of a list are recognised when others come before them; lists not named here are compared as a whole. */
const IDENTITY: Readonly<Record<string, (item: Item) => string>> = {
  institutions: (item) => (item['key'] === undefined ? `institution=${item['institution']}` : `key=${item['key']}`),
  contacts: (item) => `key=${item['key']}`,
  workingGroups: (item) => `key=${item['key']}`,
  commitments: (item) => `number=${item['number']}`,
  milestones: (item) => `number=${item['number']}`,
  questions: (item) => `key=${item['key']}`,
  documents: (item) => `key=${item['key']}`,
  participations: (item) => `institution=${item['institution']},role=${item['role']}`,
};

/** What turns the stored plan into the other one; both in their normal form. */
export const planChanges = (stored: PlanFile | null, wanted: PlanFile): PlanChange[] =>
  stored ? compare('$', stored, wanted) : [{ path: '$', after: wanted.plan.key }];

function compare(path: string, before: unknown, after: unknown): PlanChange[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => compareField(`${path}.${name}`, name, before[name], after[name]));
  }
  return isDeepStrictEqual(before, after) ? [] : [change(path, before, after)];
}

function compareField(path: string, name: string, before: unknown, after: unknown): PlanChange[] {
  const identity = IDENTITY[name];
  if (!identity) return compare(path, before, after);
  const [old, fresh] = [byIdentity(before, identity), byIdentity(after, identity)];
  const changes = [...new Set([...old.keys(), ...fresh.keys()])].flatMap((id) => {
    const [was, is] = [old.get(id), fresh.get(id)];
    return was && is ? compare(`${path}[${id}]`, was, is) : [change(`${path}[${id}]`, was, is)];
  });
  return [...changes, ...newOrder(path, old, fresh)];
}

/** A list may say the same in another order; the order is shown to readers, so it is a difference too. */
function newOrder(path: string, old: ReadonlyMap<string, Item>, fresh: ReadonlyMap<string, Item>): PlanChange[] {
  const before = [...old.keys()].filter((id) => fresh.has(id));
  const after = [...fresh.keys()].filter((id) => old.has(id));
  return isDeepStrictEqual(before, after) ? [] : [change(path, before, after)];
}

const change = (path: string, before: unknown, after: unknown): PlanChange => ({
  path,
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
});

const isObject = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const byIdentity = (list: unknown, identity: (item: Item) => string): Map<string, Item> =>
  new Map(((list ?? []) as Item[]).map((item) => [identity(item), item]));
