import { CheckInsService } from '../../src/check-ins/check-ins.service.js';
import { Viewer } from '../../src/platform/access/viewer.js';
import type { TestApp } from './app.js';

interface Owed {
  readonly id: string;
  readonly version: number;
  readonly planId: string;
  readonly institutionId: string;
}

const REPORT = { nothingToReport: false, movement: 'CLEAR', progress: 'The council met.' } as const;

/**
 * Hands in what an institution owes in the period that is open, as its focal point does; all of it unless numbers are given.
 *
 * @param plan its key, where several plans name the institution
 */
export function handIn(
  app: TestApp,
  institution: string,
  commitments?: readonly number[],
  plan?: string,
): Promise<void> {
  return forEach(app, { institution, commitments, plan }, (viewer, { id, version }) =>
    app.app.get(CheckInsService).submit(viewer, { checkIn: id, version, report: REPORT }),
  );
}

/** Begins it and leaves it at that. */
export function begin(app: TestApp, institution: string, commitments?: readonly number[]): Promise<void> {
  return forEach(app, { institution, commitments }, (viewer, { id, version }) =>
    app.app.get(CheckInsService).saveDraft(viewer, { checkIn: id, version, report: REPORT }),
  );
}

async function forEach(
  app: TestApp,
  which: { institution: string; commitments?: readonly number[]; plan?: string },
  work: (viewer: Viewer, checkIn: Owed) => Promise<unknown>,
): Promise<void> {
  const { institution, commitments, plan } = which;
  await app.app.get(CheckInsService).expect();
  const now = app.clock.now();
  const owed = await app.db.query<Owed[]>(
    `select k.id, k.version, k.plan_id as "planId", k.institution_id as "institutionId"
       from check_in k join owed_check_in o on o.check_in_id = k.id
       join institution i on i.id = k.institution_id join commitment c on c.id = k.commitment_id join action_plan p on p.id = k.plan_id
      where i.key = $1 and ($2::int[] is null or c.number = any($2)) and o.opens_at <= $3 and o.closes_before > $3 and ($4::text is null or p.key = $4)`,
    [institution, commitments ?? null, now, plan ?? null],
  );
  if (owed.length === 0) throw new Error(`${institution} owes nothing of this kind now.`);
  for (const checkIn of owed) {
    const { planId, institutionId } = checkIn;
    await work(Viewer.person(institution, [{ role: 'FOCAL_POINT', planId, institutionId }]), checkIn);
  }
}
