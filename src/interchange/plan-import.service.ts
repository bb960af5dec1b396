import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource, type EntityManager } from 'typeorm';
import { PlanNotFound } from '../action-plans/action-plan.errors.js';
import { reschedulePeriods } from '../action-plans/period-schedule.js';
import { expectCheckIns } from '../check-ins/expected-check-ins.js';
import { actingAs, assertMay, assertMayAnywhere } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes, type Change } from '../platform/audit/changes.js';
import { rows } from '../platform/database/rows.js';
import { holdPlan } from './held-plan.js';
import { planChanges, type PlanChange } from './plan-diff.js';
import type { PlanFile } from './plan-file.js';
import type { Problem } from './plan-file.problems.js';
import { planGaps } from './plan-gaps.js';
import { PlanFileRefused, PlanOfAnotherMember } from './plan-import.errors.js';
import { merged, type Filed, type Kept } from './plan-merge.js';
import { fileOf, filedOn, readPlan, type StoredPlan } from './plan-reader.js';
import { removeUnfiledCheckIns, writePlan } from './plan-writer.js';

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

/** What an import will do. */
interface Intent {
  readonly stored: StoredPlan | null;
  /** The plan as it will be. */
  readonly file: PlanFile;
  readonly report: ImportReport;
  /** Why due dates move, as `commitment.milestone`; those that are not named move because the file says so. */
  readonly reasons?: ReadonlyMap<string, string>;
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
    // Before the file is read: reading a large one is work that nobody else may ask for.
    assertMayAnywhere(viewer, 'planImport');
    const { parsePlanFile, spelledOut } = await planFormat();
    const { file, problems } = parsePlanFile(content);
    if (!file) throw new PlanFileRefused(problems);
    const given = spelledOut(file);
    if (!options.dryRun) return this.apply(viewer, given);
    const { report } = await this.atOneInstant((tx) => intentOf(tx, viewer, given));
    return { ...report, dryRun: true };
  }

  /** Edits the stored plan, or does nothing: what the edit leaves alone stays as it is at that moment. @throws PlanNotFound */
  async edit(viewer: Viewer, plan: string, { dryRun }: { dryRun: boolean }, edit: Edit): Promise<ImportReport> {
    assertMayAnywhere(viewer, 'planImport');
    if (dryRun) {
      const { report } = await this.atOneInstant((tx) => editOf(tx, viewer, plan, edit));
      return { ...report, dryRun };
    }
    return this.changes.by(viewer, 'planImport', async (change) => {
      await holdPlan(change.tx, plan);
      return this.carryOut(change, await editOf(change.tx, viewer, plan, edit));
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

  private apply(viewer: Viewer, given: PlanFile): Promise<ImportReport> {
    return this.changes.by(viewer, 'planImport', async (change) => {
      await holdPlan(change.tx, given.plan.key);
      return this.carryOut(change, await intentOf(change.tx, viewer, given));
    });
  }

  private async carryOut(change: Change, { stored, file, report, reasons }: Intent): Promise<ImportReport> {
    if (report.changes.length === 0) {
      change.nothingToDo();
      return report;
    }
    change.allow({ planId: stored?.plan.id ?? null });
    const plan = await writePlan(change.tx, file, stored);
    await keepMovedDueDates(change, stored, reasons);
    const { keep } = await reschedulePeriods(change.tx, plan);
    await removeUnfiledCheckIns(change.tx, plan.id);
    await expectCheckIns(change.tx, change.at);
    change.record(
      'plan.imported',
      { type: 'ActionPlan', id: plan.id, planId: plan.id },
      { after: { count: report.changes.length, changes: withoutAddresses(report.changes) } },
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

async function intentOf(tx: EntityManager, viewer: Viewer, given: PlanFile): Promise<Intent> {
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
    report: {
      plan: given.plan.key,
      dryRun: false,
      isNew: stored === null,
      changes: planChanges(before, wanted),
      kept,
      gaps: planGaps(wanted),
    },
  };
}

async function editOf(tx: EntityManager, viewer: Viewer, plan: string, edit: Edit): Promise<Intent> {
  const stored = await readPlan(tx, plan);
  if (!stored) throw new PlanNotFound({ plan }, 'plan');
  assertMay(viewer, 'planImport', { planId: stored.plan.id });
  const { parsePlanFile, inNormalForm, spelledOut, compressed } = await planFormat();
  const before = await storedFile(stored);
  const edited = await edit({ tx, file: before, filed: await filedOn(tx, stored) });
  const { file, problems } = parsePlanFile(JSON.stringify(compressed(edited.file)));
  edited.check(problems);
  const wanted = inNormalForm(spelledOut(file ?? edited.file));
  const report = { plan, dryRun: false, isNew: false, kept: [], gaps: planGaps(wanted) };
  return { stored, file: wanted, reasons: edited.reasons, report: { ...report, changes: planChanges(before, wanted) } };
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

/** A due date that the file moves is as much part of its history as one that a person moves. */
async function keepMovedDueDates(
  change: Change,
  stored: StoredPlan | null,
  reasons: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  const numbers = new Map((stored?.commitments ?? []).map(({ id, number }) => [id, number]));
  const before = JSON.stringify(
    (stored?.milestones ?? []).map(({ id, dueOn, number, commitmentId }) => ({
      id,
      dueOn,
      reason: reasons.get(`${numbers.get(commitmentId)}.${number}`) ?? 'As the plan file says.',
    })),
  );
  await rows(
    change.tx,
    sql`insert into milestone_due_date (milestone_id, due_on, previous_due_on, reason, changed_at, changed_by, acting_as)
      select m.id, m.due_on, (b->>'dueOn')::date, b->>'reason', ${change.at}, ${change.viewer.name}, ${actingAs(change.viewer, 'planImport')}
        from jsonb_array_elements(${before}::jsonb) b join milestone m on m.id = (b->>'id')::uuid
       where m.due_on is not null and m.due_on is distinct from (b->>'dueOn')::date`,
  );
}

/** The record says that a contact changed, not who it is: people's data can be erased, audit entries cannot. */
function withoutAddresses(changes: readonly PlanChange[]): PlanChange[] {
  return changes
    .slice(0, RECORDED_CHANGES)
    .map((change) => (/contacts|^\$\.institutions\[[^\]]+\]$/.test(change.path) ? { path: change.path } : change));
}
