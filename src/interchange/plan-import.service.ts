import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { NotYourPlan } from '../action-plans/action-plan.errors.js';
import { reschedulePeriods } from '../action-plans/period-schedule.js';
import { expectCheckIns } from '../check-ins/expected-check-ins.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { PlanNotFound } from '../action-plans/action-plan.errors.js';
import { PlanFileRefused, PlanOfAnotherMember } from './plan-import.errors.js';
import { planChanges, type PlanChange } from './plan-diff.js';
import type { PlanFile } from './plan-file.js';
import type { Problem } from './plan-file.problems.js';
import { parsePlanFile } from './plan-file.validation.js';
import { planGaps } from './plan-gaps.js';
import { fileOf, readPlan, type StoredPlan } from './plan-reader.js';
import { withContactKeys } from './plan-rows.js';
import { compressed, expanded } from './plan-texts.js';
import { writePlan, type Kept } from './plan-writer.js';

export interface ImportReport {
  readonly plan: string;
  readonly dryRun: boolean;
  readonly isNew: boolean;
  /** What the file changes; empty when it says what is stored already. */
  readonly changes: readonly PlanChange[];
  readonly kept: readonly Kept[];
  /** What the plan does not say although somebody will miss it. */
  readonly gaps: readonly Problem[];
}

const IMPORTING = 7_164_002;
/** An audit entry names this many changes and counts the rest. */
const RECORDED_CHANGES = 500;

@Injectable()
export class PlanImportService {
  constructor(
    private readonly db: DataSource,
    private readonly changes: Changes,
  ) {}

  /** Takes a whole plan from a file, or nothing of it. The same file twice changes nothing. @throws PlanFileRefused */
  async import(viewer: Viewer, content: string, options: { dryRun?: boolean } = {}): Promise<ImportReport> {
    const { file, problems } = parsePlanFile(content);
    if (!file) throw new PlanFileRefused(problems);
    const wanted = normalised(file);
    const dryRun = options.dryRun ?? false;
    if (!dryRun) return this.apply(viewer, wanted);
    const stored = await readPlan(this.db.manager, wanted.plan.key);
    assertAllowed(viewer, stored, wanted);
    return { ...reportOf(wanted, stored), dryRun };
  }

  /** The stored plan as a plan file. @throws PlanNotFound */
  async export(key: string): Promise<PlanFile> {
    const stored = await readPlan(this.db.manager, key);
    if (!stored) throw new PlanNotFound({ plan: key }, 'plan');
    return compressed(normalised(fileOf(stored)));
  }

  async gapsOf(key: string): Promise<Problem[]> {
    return planGaps(await this.export(key));
  }

  private apply(viewer: Viewer, wanted: PlanFile): Promise<ImportReport> {
    return this.changes.by(viewer, async (change) => {
      await oneAtATime(change.tx);
      const stored = await readPlan(change.tx, wanted.plan.key);
      assertAllowed(viewer, stored, wanted);
      const report = reportOf(wanted, stored);
      if (report.changes.length === 0) {
        change.nothingToDo();
        return report;
      }
      const { plan, kept } = await writePlan(change.tx, wanted, stored);
      await reschedulePeriods(change.tx, plan);
      await expectCheckIns(change.tx, change.at);
      await change.record(
        'plan.imported',
        { type: 'ActionPlan', id: plan.id, planId: plan.id },
        { count: report.changes.length, changes: withoutAddresses(report.changes) },
      );
      return { ...report, kept };
    });
  }
}

const normalised = (file: PlanFile): PlanFile => {
  const content = expanded(file);
  return { ...content, institutions: content.institutions.map(withContactKeys) };
};

function reportOf(wanted: PlanFile, stored: StoredPlan | null): ImportReport {
  const before = stored ? normalised(fileOf(stored)) : null;
  return {
    plan: wanted.plan.key,
    dryRun: false,
    isNew: stored === null,
    changes: planChanges(before, wanted),
    kept: [],
    gaps: planGaps(wanted),
  };
}

function assertAllowed(viewer: Viewer, stored: StoredPlan | null, wanted: PlanFile): void {
  if (!viewer.administers(stored?.plan.id ?? null)) throw new NotYourPlan({ plan: wanted.plan.key });
  if (stored && stored.member.key !== wanted.member.key)
    throw new PlanOfAnotherMember({ plan: wanted.plan.key, member: stored.member.key }, 'member.key');
}

/** Two imports at once would each see the plan as missing. */
const oneAtATime = (tx: EntityManager): Promise<unknown> => tx.query('select pg_advisory_xact_lock($1)', [IMPORTING]);

/** The record says that a contact changed, not who it is: people's data can be erased, audit entries cannot. */
function withoutAddresses(changes: readonly PlanChange[]): PlanChange[] {
  return changes
    .slice(0, RECORDED_CHANGES)
    .map((change) => (/contacts|\.institutions\[[^\]]+\]$/.test(change.path) ? { path: change.path } : change));
}
