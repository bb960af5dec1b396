/** Larger than any plan; a file beyond it is refused before it is read. */
export const LARGEST_PLAN_FILE = 5 * 1024 * 1024;

/** A slip in a year would make thousands of periods. No plan runs as long as this. */
export const LONGEST_REPORTING_YEARS = 20;

/** Larger than any workbook of ours; a file of tables beyond it is refused before it is read. */
export const LARGEST_TABLE_FILE = 10 * 1024 * 1024;
