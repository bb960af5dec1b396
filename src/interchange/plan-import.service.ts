import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource, type EntityManager } from 'typeorm';
import { PlanNotFound } from '../action-plans/action-plan.errors.js';
import { reschedulePeriods } from '../action-plans/period-schedule.js';
import { expectCheckIns } from '../check-ins/expected-check-ins.js';
import { assertMay, assertMayAnywhere } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes, type Change } from '../platform/audit/changes.js';
import { Clock } from '../platform/clock.js';
import { rows } from '../platform/database/rows.js';
import { Messages } from '../platform/i18n/messages.js';
import { closedPeriodsChanged } from './closed-periods.js';
import { holdPlan } from './held-plan.js';
import { keepMovedDueDates } from './moved-due-dates.js';
import { planChanges, type PlanChange } from './plan-diff.js';
import type { PlanFile } from './plan-file.js';
import type { Problem } from './plan-file.problems.js';
import { planGaps } from './plan-gaps.js';
import { PlanFileRefused, PlanOfAnotherMember } from './plan-import.errors.js';
import { merged, type Filed, type Kept } from './plan-merge.js';
import { fileOf, filedOn, readPlan, type StoredPlan } from './plan-reader.js';
import { removeUnfiledCheckIns, writePlan } from './plan-writer.js';
import { recordedChanges } from './recorded-changes.js';

export interface ImportReport {
  readonly plan: string;
  readonly dryRun: boolean;
  readonly isNew: boolean;
  /** What the file changes; empty when it says what is stored already. */
  readonly changes: readonly PlanChange[];
  readonly kept: readonly Kept[];
  /** What else changes with it, beyond the plan. */
  readonly consequences: readonly Problem[];
  /** What the plan does not say although somebody will miss it. */
  readonly gaps: readonly Problem[];
}

/** What an import will do. */
interface Intent {
  readonly stored: StoredPlan | null;
  /** The plan as it will be. */
  readonly file: PlanFile;
  readonly report: ImportReport;
  /** Why single due dates move, as `commitment.milestone`. */
  readonly reasons: ReadonlyMap<string, string>;
}

/** What is said beside a file. */
export interface PlanImportOptions {
  readonly dryRun?: boolean;
  /** Why due dates move, in public; else that a file says so, in the language of the plan. */
  readonly reason?: string | undefined;
}

/** A plan as it is stored, for an edit of it. */
export interface CurrentPlan {
  readonly tx: EntityManager;
  /** Spelled out and in its normal form. */
  readonly file: PlanFile;
  readonly filed: Filed;
}

export interface EditedPlan {
  readonly file: PlanFile;
  readonly reasons: ReadonlyMap<string, string>;
  /** Told what the validator finds wrong with the edited file, and refuses it in words of its own. */
  readonly check: (problems: readonly Problem[]) => void;
}

type Edit = (current: CurrentPlan) => Promise<EditedPlan>;

@Injectable()
export class PlanImportService {
  constructor(
    private readonly db: DataSource,
    private readonly changes: Changes,
    private readonly clock: Clock,
    private readonly messages: Messages,
  ) {}

  /** Takes a whole plan from a file, or nothing of it. The same file twice changes nothing. @throws PlanFileRefused */
  async import(viewer: Viewer, content: string, options: PlanImportOptions = {}): Promise<ImportReport> {
    // Before the file is read: reading a large one is work that nobody else may ask for.
    assertMayAnywhere(viewer, 'planImport');
    const { parsePlanFile, spelledOut } = await planFormat();
    const { file, problems } = parsePlanFile(content);
    if (!file) throw new PlanFileRefused(problems);
    const given = spelledOut(file);
    if (!options.dryRun) return this.apply(viewer, given, options.reason);
    const { report } = await this.atOneInstant((tx) => intentOf(tx, viewer, given, this.clock.now()));
    return { ...report, dryRun: true };
  }

  /** Edits the stored plan, or does nothing: what the edit leaves alone stays as it is at that moment. @throws PlanNotFound */
  async edit(viewer: Viewer, plan: string, { dryRun }: { dryRun: boolean }, edit: Edit): Promise<ImportReport> {
    assertMayAnywhere(viewer, 'planImport');
    if (dryRun) {
      const { report } = await this.atOneInstant((tx) => editOf(tx, viewer, plan, edit, this.clock.now()));
      return { ...report, dryRun };
    }
    return this.changes.by(viewer, 'planImport', async (change) => {
      await holdPlan(change.tx, plan);
      return this.carryOut(change, await editOf(change.tx, viewer, plan, edit, change.at));
    });
  }

  /** The stored plan as a plan file. @throws PlanNotFound */
  async export(key: string): Promise<PlanFile> {
    const stored = await this.atOneInstant((tx) => readPlan(tx, key));
    if (!stored) throw new PlanNotFound({ plan: key }, 'plan');
    const { compressed } = await planFormat();
    return compressed(await storedFile(stored));
  }

  async gapsOf(key: string): Promise<Problem[]> {
    return planGaps(await this.export(key));
  }

  private apply(viewer: Viewer, given: PlanFile, reason: string | undefined): Promise<ImportReport> {
    return this.changes.by(viewer, 'planImport', async (change) => {
      await holdPlan(change.tx, given.plan.key);
      return this.carryOut(change, await intentOf(change.tx, viewer, given, change.at), reason);
    });
  }

  private async carryOut(
    change: Change,
    { stored, file, report, reasons }: Intent,
    reason?: string,
  ): Promise<ImportReport> {
    if (report.changes.length === 0) {
      change.nothingToDo();
      return report;
    }
    change.allow({ planId: stored?.plan.id ?? null });
    const plan = await writePlan(change.tx, file, stored);
    await keepMovedDueDates(change, stored, {
      own: reasons,
      others: reason?.trim() || this.messages.say(plan.language, 'planImport.dueDateMoved'),
    });
    const { keep } = await reschedulePeriods(change.tx, plan);
    await removeUnfiledCheckIns(change.tx, plan.id);
    await expectCheckIns(change.tx, change.at);
    change.record(
      'plan.imported',
      { type: 'ActionPlan', id: plan.id, planId: plan.id },
      { after: { count: report.changes.length, changes: recordedChanges(report.changes) } },
    );
    const periods = await keptPeriods(
      change.tx,
      keep.map(({ id }) => id),
    );
    return { ...report, kept: [...report.kept, ...periods] };
  }

  /** A plan is read in several statements; none of them may see what another import wrote between two of them. */
  private atOneInstant<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.db.transaction('REPEATABLE READ', async (tx) => {
      await rows(tx, sql`select set_config('mithaq.sight', '*', true)`);
      return work(tx);
    });
  }
}

/** Loaded when a plan is read or written: the schema of its file brings hundreds of modules, and most commands need none. */
async function planFormat() {
  const { parsePlanFile } = await import('./plan-file.validation.js');
  const { inNormalForm, spelledOut } = await import('./plan-normal-form.js');
  const { compressed } = await import('./plan-texts.js');
  return { parsePlanFile, inNormalForm, spelledOut, compressed };
}

async function storedFile(stored: StoredPlan): Promise<PlanFile> {
  const { inNormalForm, spelledOut } = await planFormat();
  return inNormalForm(spelledOut(fileOf(stored)));
}

async function intentOf(tx: EntityManager, viewer: Viewer, given: PlanFile, now: Date): Promise<Intent> {
  const stored = await readPlan(tx, given.plan.key);
  assertAllowed(viewer, stored, given);
  const { inNormalForm } = await planFormat();
  const before = stored && (await storedFile(stored));
  const { file, kept } =
    stored && before ? merged(before, given, await filedOn(tx, stored)) : { file: given, kept: [] };
  const wanted = inNormalForm(file);
  return {
    stored,
    file: wanted,
    reasons: new Map(),
    report: await reportOf(tx, { stored, before, wanted, now }, kept),
  };
}

async function editOf(tx: EntityManager, viewer: Viewer, plan: string, edit: Edit, now: Date): Promise<Intent> {
  const stored = await readPlan(tx, plan);
  if (!stored) throw new PlanNotFound({ plan }, 'plan');
  assertMay(viewer, 'planImport', { planId: stored.plan.id });
  const { parsePlanFile, inNormalForm, spelledOut, compressed } = await planFormat();
  const before = await storedFile(stored);
  const edited = await edit({ tx, file: before, filed: await filedOn(tx, stored) });
  const { file, problems } = parsePlanFile(JSON.stringify(compressed(edited.file)));
  edited.check(problems);
  const wanted = inNormalForm(spelledOut(file ?? edited.file));
  return {
    stored,
    file: wanted,
    reasons: edited.reasons,
    report: await reportOf(tx, { stored, before, wanted, now }, []),
  };
}

interface Difference {
  readonly stored: StoredPlan | null;
  readonly before: PlanFile | null;
  readonly wanted: PlanFile;
  readonly now: Date;
}

async function reportOf(
  tx: EntityManager,
  { stored, before, wanted, now }: Difference,
  kept: readonly Kept[],
): Promise<ImportReport> {
  return {
    plan: wanted.plan.key,
    dryRun: false,
    isNew: stored === null,
    changes: planChanges(before, wanted),
    kept,
    consequences: stored && before ? await closedPeriodsChanged(tx, stored.plan.id, { before, wanted, now }) : [],
    gaps: planGaps(wanted),
  };
}

function assertAllowed(viewer: Viewer, stored: StoredPlan | null, given: PlanFile): void {
  assertMay(viewer, 'planImport', { planId: stored?.plan.id ?? null });
  if (stored && stored.member.key !== given.member.key)
    throw new PlanOfAnotherMember({ plan: given.plan.key, member: stored.member.key }, 'member.key');
}

async function keptPeriods(tx: EntityManager, ids: readonly string[]): Promise<Kept[]> {
  const found = await rows<{ key: string }>(
    tx,
    sql`select key from reporting_period where id = any(${[...ids]}::uuid[]) order by starts_on`,
  );
  return found.map(({ key }) => ({ path: '$.plan.reporting', key: 'planImport.periodKept', args: { period: key } }));
}
