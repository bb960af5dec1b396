import type { Sql } from 'sql-template-tag';
import type { LocalizedText } from '../platform/i18n/text.js';
import type { Column, ColumnHead } from './progress-column.js';
import type { ProgressScope } from './progress-statements.js';

/** A table, as everything that writes or describes it knows it. */
export interface TableHead {
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly ColumnHead[];
  /** Columns that name a row within the plan, where a period is part of it. */
  readonly key: readonly string[];
}

/** The same with what its rows are made of, and what is made of them. */
export interface Table<Row> extends TableHead {
  readonly columns: ReadonlyArray<Column<Row>>;
  readonly statement: (scope: ProgressScope) => Sql;
}

/* Parts of what statements answer. Instants are text already, so that a stream and a frozen copy agree. */

export type Instant = string;
export interface Named {
  readonly institution: LocalizedText;
}
