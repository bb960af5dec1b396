import { DomainError, type Violation } from '../platform/errors/domain-error.js';
import type { Problem } from './plan-file.problems.js';

/** A plan file with everything that is wrong with it; nothing of it was taken. */
export class PlanFileRefused extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'planFile.refused';

  constructor(readonly problems: readonly Problem[]) {
    super({ count: problems.length });
  }

  override get violations(): readonly Violation[] {
    return this.problems.map(({ path, key, args }) => (args ? { field: path, key, args } : { field: path, key }));
  }
}

export class PlanOfAnotherMember extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'planImport.otherMember';
}
