const NAMES: Readonly<Record<string, string>> = {
  startsOn: 'startDate',
  endsOn: 'endDate',
  dueOn: 'dueDate',
  originalDueOn: 'originalDueDate',
};

/** The names that the API gives to dates of commitments and milestones. */
export const publicDateNames = (columns: readonly string[]): string[] =>
  columns.map((column) => NAMES[column] ?? column);
