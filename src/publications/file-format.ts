import { createHash } from 'node:crypto';
import type { TableHead } from './progress-table.js';
import { TABLES } from './progress-tables.js';

/** To be raised when the same rows come to be written otherwise: other values, other marks, another order. */
const WRITTEN_AS = 2;

/** Changes with every name, type, meaning and code of a column. */
export const digestOf = (tables: readonly TableHead[]): string =>
  createHash('sha256').update(JSON.stringify(tables)).digest('hex').slice(0, 12);

/** How this version of the service writes files: part of every tag, so that nobody keeps what an older one wrote. */
export const FILE_FORMAT = `${WRITTEN_AS}-${digestOf(Object.values(TABLES))}`;
