import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource, type EntityManager } from 'typeorm';
import { extended, punctualityAt, type ReportingWindow } from '../action-plans/reporting-window.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes, type Change } from '../platform/audit/changes.js';
import { Clock } from '../platform/clock.js';
import { rows } from '../platform/database/rows.js';
import { InvalidInput, type Violation } from '../platform/errors/domain-error.js';
import { CheckIn, CheckInRevision, Evidence, MilestoneUpdate } from './check-in.entity.js';
import {
  CheckInNotFound,
  EditedMeanwhile,
  NotImplementingAnyMore,
  PeriodClosed,
  PeriodNotOpenYet,
} from './check-in.errors.js';
import { reportOf, type CheckInSaveDraftInput, type CheckInSubmitInput } from './check-in.inputs.js';
import { referenceProblems, submissionProblems, type Report } from './check-in.report.js';
import { transition } from './check-in.workflow.js';
import { expectCheckIns } from './expected-check-ins.js';

@Injectable()
export class CheckInsService {
  constructor(
    private readonly db: DataSource,
    private readonly changes: Changes,
    private readonly clock: Clock,
  ) {}

  /** Keeps what is written so far. Answers the id. */
  saveDraft(viewer: Viewer, input: CheckInSaveDraftInput): Promise<string> {
    return this.changes.by(viewer, async (change) => {
      const checkIn = await lock(change.tx, input.checkIn);
      checkIn.status = transition('SAVE_DRAFT', viewer, checkIn);
      assertVersion(checkIn, input.version);
      await this.punctuality(change, checkIn);
      const report = reportOf(input.report);
      refuse(referenceProblems(report, await milestonesOf(change.tx, checkIn)));
      return keep(change, checkIn, report, 'checkIn.draftSaved');
    });
  }

  /** Hands the check-in in: the report given, or the saved draft. Answers the id. */
  submit(viewer: Viewer, input: CheckInSubmitInput): Promise<string> {
    return this.changes.by(viewer, async (change) => {
      const checkIn = await lock(change.tx, input.checkIn);
      checkIn.status = transition('SUBMIT', viewer, checkIn);
      assertVersion(checkIn, input.version);
      checkIn.punctuality = await this.punctuality(change, checkIn);
      const report = input.report ? reportOf(input.report) : await draftOf(change.tx, checkIn);
      refuse([...referenceProblems(report, await milestonesOf(change.tx, checkIn)), ...submissionProblems(report)]);
      checkIn.submittedAt = change.at;
      checkIn.submittedBy = viewer.name;
      return keep(change, checkIn, report, 'checkIn.submitted');
    });
  }

  /** Makes sure that what is owed by now has its row. */
  expect(): Promise<number> {
    return expectCheckIns(this.db, this.clock.now());
  }

  /** @throws PeriodNotOpenYet, PeriodClosed or NotImplementingAnyMore when nothing is taken now */
  private async punctuality(change: Change, checkIn: CheckIn): Promise<'ON_TIME' | 'LATE'> {
    const { key, window } = await windowOf(change.tx, checkIn);
    const punctuality = punctualityAt(change.at, window);
    if (punctuality === 'NOT_OPEN') throw new PeriodNotOpenYet({ period: key });
    if (punctuality === 'CLOSED') throw new PeriodClosed({ period: key });
    return punctuality;
  }
}

async function lock(tx: EntityManager, id: string): Promise<CheckIn> {
  const checkIn = await tx.findOne(CheckIn, { where: { id }, lock: { mode: 'pessimistic_write' } });
  if (!checkIn) throw new CheckInNotFound({}, 'input.checkIn');
  return checkIn;
}

function assertVersion(checkIn: CheckIn, version: number): void {
  if (checkIn.version !== version) throw new EditedMeanwhile({ version: checkIn.version }, 'input.version');
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

/** What was saved last; a check-in that nobody has written in yet says nothing. */
async function draftOf(tx: EntityManager, checkIn: CheckIn): Promise<Report> {
  const revision = await tx.findOne(CheckInRevision, { where: { checkInId: checkIn.id, version: checkIn.version } });
  return revision?.report ?? reportOf({ nothingToReport: false });
}

/** Stores the report in the check-in and as a new revision, and records it. Answers the id. */
async function keep(change: Change, checkIn: CheckIn, report: Report, action: string): Promise<string> {
  const { milestones, evidence, ...texts } = report;
  const version = checkIn.version + 1;
  const saved = { version, savedAt: change.at, savedBy: change.viewer.name };
  await change.tx.save(CheckIn, { ...checkIn, ...texts, ...saved });
  await change.tx.insert(CheckInRevision, { ...saved, checkInId: checkIn.id, status: checkIn.status, report });
  await change.tx.delete(MilestoneUpdate, { checkInId: checkIn.id });
  await change.tx.insert(
    MilestoneUpdate,
    milestones.map(({ milestone, forecastDate, ...update }) => ({
      ...update,
      checkInId: checkIn.id,
      milestoneId: milestone,
      forecastOn: forecastDate,
    })),
  );
  await change.tx.delete(Evidence, { checkInId: checkIn.id });
  await change.tx.insert(
    Evidence,
    evidence.map(({ milestone, url, title }, position) => ({
      checkInId: checkIn.id,
      milestoneId: milestone,
      kind: 'LINK' as const,
      url,
      title,
      position,
    })),
  );
  await change.record(
    action,
    { type: 'CheckIn', id: checkIn.id, planId: checkIn.planId },
    { version, status: checkIn.status, report },
  );
  return checkIn.id;
}
