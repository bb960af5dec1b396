import type { GraphQLContext } from '../loaders.js';
import type { PlannedInfo } from './question-plan.js';

/** Answers one field of all rows that stand at one place: what the rows share is found first, and once. */
export type RowsResolve = (
  args: Record<string, unknown>,
  context: GraphQLContext,
  info: PlannedInfo,
) => (row: unknown) => unknown;

/** What is needed of a field of the schema here. */
interface AnyField {
  extensions?: Readonly<Record<string, unknown>> | null;
  resolve?: unknown;
}

const ROWS = 'rowsResolve';

/** Has the field answered so, by a plan and by the usual execution. */
export function answerRows(field: AnyField, resolve: RowsResolve): void {
  field.extensions = { ...field.extensions, [ROWS]: resolve };
  field.resolve = (row: unknown, ...asked: Parameters<RowsResolve>) => resolve(...asked)(row);
}

export const rowsResolveOf = ({ extensions }: Pick<AnyField, 'extensions'>): RowsResolve | undefined =>
  extensions?.[ROWS] as RowsResolve | undefined;

/** The extensions of a field that is given another way to be answered, which stands in front of this one. */
export const rowByRow = (extensions: AnyField['extensions'] | null | undefined): AnyField['extensions'] => ({
  ...extensions,
  [ROWS]: undefined,
});
