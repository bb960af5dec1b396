import type { Cell, ColumnType } from '../publications/progress-column.js';
import type { GivenCell } from './given-sheet.js';
import { isSame } from './same-cell.js';

/** What became of a cell: of its file before it was sent, and of the plan meanwhile. */
export type Verdict =
  /** It says what stands there now. */
  | 'SAME'
  /** Only its sender changed it. */
  | 'EDITED'
  /** Only others changed it. */
  | 'LEFT'
  /** Both did, each to something else. */
  | 'CONFLICT';

/** The rows in which a fact stands; most stand in one, some in several that say the same of it. */
export interface Versions {
  readonly now: readonly Cell[];
  /** As they were when the file was written; null when nothing has changed since. */
  readonly then: readonly Cell[] | null;
}

export function verdictOf(type: ColumnType, given: GivenCell, { now, then }: Versions, daysAdded = 0): Verdict {
  const says = (cell: Cell): boolean => isSame(type, cell, given, daysAdded);
  if (now.some(says)) return 'SAME';
  if (then === null) return 'EDITED';
  if (then.some(says)) return 'LEFT';
  return then[0] === now[0] ? 'EDITED' : 'CONFLICT';
}
