import type { PlanDraft } from './plan-draft.js';
import type { Problem } from './plan-file.problems.js';
import { TablesRefused, type TableProblem } from './table-import.errors.js';

const MOST_PROBLEMS = 1000;

/** The validator of the plan file names places of the file; here they are cells again. @throws TablesRefused, if there are any */
export function refuseCells(draft: PlanDraft, found: readonly Problem[], others: readonly TableProblem[] = []): void {
  const problems = [
    ...others,
    ...found.map((problem) => ({
      place: draft.cellOf(problem) ?? { field: problem.path, sheet: '' },
      key: problem.key,
      ...(problem.args ? { args: problem.args } : {}),
    })),
  ];
  if (problems.length > 0) throw new TablesRefused(problems.slice(0, MOST_PROBLEMS));
}
