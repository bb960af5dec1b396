import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import { ActionPlansQueries, type ActionPlanRow } from '../action-plans/action-plans.queries.js';
import { dayOf } from '../action-plans/reporting-calendar.js';
import { Commitment } from '../commitments/commitment.entity.js';
import { CommitmentNotFound } from '../commitments/commitment.errors.js';
import { actingAs } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { rows } from '../platform/database/rows.js';
import { Assessment } from './assessment.entity.js';
import { AssessmentNeedsCommitment } from './assessment.errors.js';
import type { AssessmentFileInput } from './assessment.inputs.js';
import { AssessmentsQueries } from './assessments.queries.js';

@Injectable()
export class AssessmentsService {
  constructor(
    private readonly changes: Changes,
    private readonly plans: ActionPlansQueries,
    private readonly assessments: AssessmentsQueries,
  ) {}

  /** Beside claims and verifications, and beside what was filed before. Answers the id. */
  async file(viewer: Viewer, input: AssessmentFileInput): Promise<string> {
    const plan = await this.plans.byKey(input.plan, 'input.plan');
    const deadlines = await this.assessments.due([plan.id]);
    return this.changes.by(viewer, 'assessmentFile', async (change) => {
      change.allow({ planId: plan.id });
      if (input.kind === 'END_OF_COMMITMENT' && input.commitment == null)
        throw new AssessmentNeedsCommitment({}, 'input.commitment');
      const commitmentId = await commitmentOf(change.tx, plan.id, input.commitment);
      const due = deadlines.find(
        (one) => one.kind === input.kind && (one.commitmentId ?? commitmentId) === commitmentId,
      );
      const found = foundIn(input);
      const dates = { dueOn: due?.dueOn ?? null, filedOn: dayOf(change.at, plan.timeZone) };
      const { id } = await change.tx.save(Assessment, {
        ...found,
        ...dates,
        planId: plan.id,
        commitmentId,
        institutionId: await monitoringBody(change.tx, viewer, plan),
        filedAt: change.at,
        filedBy: viewer.name,
        actingAs: actingAs(viewer, 'assessmentFile'),
      });
      change.record(
        'assessment.filed',
        { type: 'Assessment', id, planId: plan.id },
        { before: null, after: { commitment: input.commitment ?? null, ...found, ...dates } },
      );
      return id;
    });
  }
}

/** What the body says; what it left open is null. */
const foundIn = (input: AssessmentFileInput) => ({
  kind: input.kind,
  summary: input.summary.trim(),
  url: input.url ?? null,
  completion: input.completion ?? null,
  verifiability: input.verifiability ?? null,
  potentialForResults: input.potentialForResults ?? null,
  openedGovernment: input.openedGovernment ?? null,
});

/** Held until the transaction ends, so that no import removes it meanwhile. @throws CommitmentNotFound */
async function commitmentOf(
  tx: EntityManager,
  planId: string,
  number: number | null | undefined,
): Promise<string | null> {
  if (number == null) return null;
  const where = { planId, number };
  const commitment = await tx.findOne(Commitment, { where, lock: { mode: 'for_key_share' } });
  if (!commitment) throw new CommitmentNotFound({ number }, 'input.commitment');
  return commitment.id;
}

/** The institution that the role was given for, else the one that the plan names, if it names just one. */
async function monitoringBody(tx: EntityManager, viewer: Viewer, plan: ActionPlanRow): Promise<string | null> {
  const grant = viewer.grants.find(({ role, planId }) => role === 'MONITORING_BODY' && planId === plan.id);
  if (grant?.institutionId) return grant.institutionId;
  const named = await rows<{ id: string }>(
    tx,
    sql`select institution_id as id from plan_participation where plan_id = ${plan.id} and role = 'MONITORING_BODY' limit 2`,
  );
  return named.length === 1 ? (named[0]?.id ?? null) : null;
}
