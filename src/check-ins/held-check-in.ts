import type { EntityManager } from 'typeorm';
import { CheckIn, CheckInDraft } from './check-in.entity.js';
import { CheckInNotFound, EditedMeanwhile } from './check-in.errors.js';
import type { CheckInStatus } from './check-in.workflow.js';

/** A check-in that nobody else can change until the transaction ends, with what its agency is writing. */
export interface Held {
  readonly checkIn: CheckIn;
  /** Null as well for those who may not see it. */
  readonly draft: CheckInDraft | null;
  readonly status: CheckInStatus;
  readonly version: number;
}

/** @throws CheckInNotFound */
export async function hold(tx: EntityManager, id: string): Promise<Held> {
  const checkIn = await tx.findOne(CheckIn, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!checkIn) throw new CheckInNotFound({}, 'input.checkIn');
  const draft = await tx.findOne(CheckInDraft, { where: { checkInId: id } });
  const begun = draft !== null && checkIn.status === 'EXPECTED';
  return { checkIn, draft, status: begun ? 'DRAFT' : checkIn.status, version: draft?.version ?? checkIn.version };
}

/** @throws EditedMeanwhile */
export function assertVersion({ version }: Held, read: number): void {
  if (version !== read) throw new EditedMeanwhile({ version }, 'input.version');
}
