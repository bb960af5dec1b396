import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
import { extended, punctualityAt, type ReportingWindow } from '../action-plans/reporting-window.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes, type Change } from '../platform/audit/changes.js';
import { Clock } from '../platform/clock.js';
import { rows } from '../platform/database/rows.js';
import { InvalidInput, type Violation } from '../platform/errors/domain-error.js';
import { CheckIn, CheckInDraft, CheckInRevision, Evidence, MilestoneUpdate } from './check-in.entity.js';
import { NotImplementingAnyMore, PeriodClosed, PeriodNotOpenYet } from './check-in.errors.js';
import { reportOf, type CheckInSaveDraftInput, type CheckInSubmitInput } from './check-in.inputs.js';
import { referenceProblems, submissionProblems, type Report } from './check-in.report.js';
import { transition, type CheckInStatus } from './check-in.workflow.js';
import { EvidenceFile } from './evidence-file.entity.js';
import { expectCheckIns } from './expected-check-ins.js';
import { assertVersion, hold, type Held } from './held-check-in.js';

/** What an agency does with its check-ins. */
@Injectable()
export class CheckInsService {
  constructor(
    private readonly db: DataSource,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /** Keeps what is written so far. Answers the id. */
  saveDraft(viewer: Viewer, input: CheckInSaveDraftInput): Promise<string> {
    return this.changes.by(viewer, 'checkInSaveDraft', async (change) => {
      const held = await hold(change.tx, input.checkIn);
      change.allow(held.checkIn);
      transition('SAVE_DRAFT', held.status);
      assertVersion(held, input.version);
      await punctuality(change, held.checkIn);
      const report = reportOf(input.report);
      refuse(referenceProblems(report, await milestonesOf(change.tx, held.checkIn)));
      return keepDraft(change, held, report);
    });
  }

  /** Hands the check-in in: the report given, else the saved draft, else what was sent back. Answers the id. */
  submit(viewer: Viewer, input: CheckInSubmitInput): Promise<string> {
    return this.changes.by(viewer, 'checkInSubmit', async (change) => {
      const held = await hold(change.tx, input.checkIn);
      change.allow(held.checkIn);
      transition('SUBMIT', held.status);
      assertVersion(held, input.version);
      const inTime = await punctuality(change, held.checkIn);
      const report = input.report ? reportOf(input.report) : await lastReport(change.tx, held);
      refuse([
        ...referenceProblems(report, await milestonesOf(change.tx, held.checkIn)),
        ...submissionProblems(report),
      ]);
      return claim(change, held, report, inTime);
    });
  }

  /** Makes sure that what is owed by now has its row. */
  expect(): Promise<number> {
    const now = this.clock.now();
    return this.db.transaction(async (tx) => {
      await rows(tx, sql`select set_config('mithaq.at', ${now.toISOString()}, true)`);
      return expectCheckIns(tx, now);
    });
  }
}

/**
 * What was handed in once and sent back is taken at any time, and stays as punctual as it was: the agency did not choose
 * the moment.
 *
 * @throws PeriodNotOpenYet, PeriodClosed or NotImplementingAnyMore when nothing is taken now
 */
async function punctuality(change: Change, checkIn: CheckIn): Promise<'ON_TIME' | 'LATE'> {
  const { key, window } = await windowOf(change.tx, checkIn);
  if (checkIn.status === 'RETURNED' && checkIn.punctuality) return checkIn.punctuality;
  const found = punctualityAt(change.at, window);
  if (found === 'NOT_OPEN') throw new PeriodNotOpenYet({ period: key });
  if (found === 'CLOSED') throw new PeriodClosed({ period: key });
  return found;
}

function refuse(problems: readonly Violation[]): void {
  if (problems.length > 0) throw new InvalidInput(problems).within('input');
}

/** The window that holds for this institution, its extension included. */
async function windowOf(tx: EntityManager, checkIn: CheckIn): Promise<{ key: string; window: ReportingWindow }> {
  type WindowRow = ReportingWindow & { key: string; extendedDue: Date | null; extendedClose: Date | null };
  const [row] = await rows<WindowRow>(
    tx,
    sql`select r.key, r.opens_at as "opensAt", r.due_before as "dueBefore", r.closes_before as "closesBefore",
               x.due_before as "extendedDue", x.closes_before as "extendedClose"
          from reporting_period r
          join implementing_institution n on n.commitment_id = ${checkIn.commitmentId} and n.institution_id = ${checkIn.institutionId}
          left join period_extension x on x.period_id = r.id and x.institution_id = n.institution_id
         where r.id = ${checkIn.periodId} and not r.withdrawn`,
  );
  if (!row) throw new NotImplementingAnyMore();
  const extension =
    row.extendedDue && row.extendedClose ? { dueBefore: row.extendedDue, closesBefore: row.extendedClose } : null;
  return { key: row.key, window: extended(row, extension) };
}

async function milestonesOf(tx: EntityManager, checkIn: CheckIn): Promise<Set<string>> {
  const found = await rows<{ id: string }>(
    tx,
    sql`select id from milestone where commitment_id = ${checkIn.commitmentId}`,
  );
  return new Set(found.map(({ id }) => id));
}

/** A check-in that nobody has written in yet says nothing. */
async function lastReport(tx: EntityManager, { checkIn, draft }: Held): Promise<Report> {
  const claimed = await lastClaim(tx, checkIn.id);
  return draft?.report ?? claimed?.report ?? reportOf({ nothingToReport: false });
}

const lastClaim = (tx: EntityManager, checkInId: string): Promise<CheckInRevision | null> =>
  tx.findOne(CheckInRevision, { where: { checkInId, status: 'SUBMITTED' }, order: { version: 'DESC' } });

async function keepDraft(change: Change, held: Held, report: Report): Promise<string> {
  const { id, planId, institutionId } = held.checkIn;
  const status = held.checkIn.status === 'EXPECTED' ? 'DRAFT' : held.checkIn.status;
  const version = held.version + 1;
  const saved = {
    checkInId: id,
    planId,
    institutionId,
    version,
    report,
    savedAt: change.at,
    savedBy: change.viewer.name,
  };
  await change.tx.save(CheckInDraft, saved);
  await change.tx.insert(CheckInRevision, { ...saved, status });
  change.record(
    'checkIn.draftSaved',
    { type: 'CheckIn', id, planId },
    { before: summary(held.status, held.version, held.draft?.report), after: summary(status, version, report) },
  );
  return id;
}

/** Stores the report as the agency's claim and as a new revision, in place of the draft. */
async function claim(change: Change, held: Held, report: Report, inTime: 'ON_TIME' | 'LATE'): Promise<string> {
  const { checkIn } = held;
  const { milestones, evidence, ...texts } = report;
  const before = await lastClaim(change.tx, checkIn.id);
  const version = held.version + 1;
  const saved = { version, savedAt: change.at, savedBy: change.viewer.name };
  await change.tx.save(CheckIn, {
    ...checkIn,
    ...texts,
    ...saved,
    status: 'SUBMITTED',
    punctuality: inTime,
    submittedAt: change.at,
    submittedBy: change.viewer.name,
  });
  const { id: checkInId, planId, institutionId } = checkIn;
  await change.tx.insert(CheckInRevision, { ...saved, checkInId, planId, institutionId, status: 'SUBMITTED', report });
  await change.tx.delete(CheckInDraft, { checkInId });
  await change.tx.delete(MilestoneUpdate, { checkInId });
  await change.tx.insert(
    MilestoneUpdate,
    milestones.map(({ milestone, forecastDate, ...update }) => ({
      ...update,
      checkInId,
      milestoneId: milestone,
      forecastOn: forecastDate,
    })),
  );
  await change.tx.delete(Evidence, { checkInId });
  await change.tx.insert(
    Evidence,
    evidence.map(({ id, milestone, url, title }, position) => ({
      id,
      checkInId,
      milestoneId: milestone,
      kind: 'LINK' as const,
      url,
      title,
      position,
    })),
  );
  await change.tx.update(
    EvidenceFile,
    { checkInId, claimedAt: IsNull(), removedAt: IsNull() },
    { claimedAt: change.at },
  );
  change.record(
    'checkIn.submitted',
    { type: 'CheckIn', id: checkInId, planId },
    { before: summary(held.status, held.version, before?.report), after: summary('SUBMITTED', version, report) },
  );
  return checkInId;
}

const summary = (status: CheckInStatus, version: number, report: Report | undefined) => ({
  status,
  version,
  report: report ?? null,
});
