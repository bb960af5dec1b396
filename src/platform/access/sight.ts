import { rangeOf } from './access.js';
import type { Viewer } from './viewer.js';

/**
 * What the viewer may see of drafts and internal comments, as the policies of the database read it from the setting
 * `mithaq.sight`: `*` is everything, `<plan>` a whole plan, `<plan>/<institution>` one institution in it. Empty, or not
 * set at all, is nothing.
 */
export function sightOf(viewer: Viewer): string {
  const { everywhere, plans, institutions } = rangeOf(viewer, 'readDrafts');
  if (everywhere) return '*';
  return [...plans, ...institutions.map(({ planId, institutionId }) => `${planId}/${institutionId}`)].join(' ');
}
