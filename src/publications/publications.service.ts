import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import type { EntityManager } from 'typeorm';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { ReportingPeriodsQueries, type ReportingPeriodRow } from '../action-plans/reporting-periods.queries.js';
import { actingAs, assertMay } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { rows } from '../platform/database/rows.js';
import { ProgressQueries } from './progress.queries.js';
import { canonicalBytes, contentOf, reportsOf, sha256Of, type PublicationContent } from './publication-content.js';
import { differences, summed } from './publication-difference.js';
import { Publication } from './publication.entity.js';
import { CorrectionNeedsReason, PeriodNotOpen, PublicationTooLarge } from './publication.errors.js';
import type { PeriodPublishInput } from './publication.inputs.js';
import { before, readContent } from './publications.queries.js';

/** A period is held in memory while it is published. */
const LARGEST = 64 * 1024 * 1024;

type Earlier = Pick<Publication, 'id' | 'periodKey' | 'version' | 'sha256' | 'content'>;

@Injectable()
export class PublicationsService {
  constructor(
    private readonly changes: Changes,
    private readonly plans: ActionPlansQueries,
    private readonly periods: ReportingPeriodsQueries,
    private readonly progress: ProgressQueries,
  ) {}

  /**
   * Freezes what is public of the period now: claims, verified or not, each in its own column. No check-in changes its
   * status by it. What was published and has not changed is not published again. Answers the id of the publication.
   */
  async publish(viewer: Viewer, input: PeriodPublishInput): Promise<{ id: string; isNew: boolean }> {
    const plan = await this.plans.byKey(input.plan, 'input.plan');
    // Whoever may not publish hears nothing of which periods there are.
    assertMay(viewer, 'periodPublish', { planId: plan.id });
    const period = await this.periods.byKey(plan.id, input.period, 'input.period');
    return this.changes.by(viewer, 'periodPublish', async (change) => {
      change.allow({ planId: plan.id });
      // One at a time for each plan: the second sees what the first has published.
      await rows(change.tx, sql`select from action_plan where id = ${plan.id} for no key update`);
      if (period.opensAt > change.at) throw new PeriodNotOpen({ period: period.key }, 'input.period');
      const all = await this.progress.all(change.tx, { planId: plan.id, now: change.at, asOf: null, period });
      const content = contentOf(plan, period, all);
      const bytes = canonicalBytes(content);
      if (bytes.length > LARGEST) throw new PublicationTooLarge({ period: period.key }, 'input.period');
      const sha256 = sha256Of(bytes);
      const earlier = await earlierThan(change.tx, plan.id, period);
      const replaced = earlier?.periodKey === period.key ? earlier : null;
      if (replaced?.sha256 === sha256) {
        change.nothingToDo();
        return { id: replaced.id, isNew: false };
      }
      const reason = replaced ? input.reason?.trim() || null : null;
      if (replaced && reason === null)
        throw new CorrectionNeedsReason({ period: period.key, version: replaced.version }, 'input.reason');
      const reports = reportsOf(all);
      const version = (replaced?.version ?? 0) + 1;
      const { id } = await change.tx.save(Publication, {
        planId: plan.id,
        periodId: period.id,
        periodKey: period.key,
        version,
        content: bytes,
        sha256,
        reports,
        difference: differenceFrom(earlier, content, reports.late),
        reason,
        publishedAt: change.at,
        publishedBy: viewer.name,
        actingAs: actingAs(viewer, 'periodPublish'),
      });
      change.record(
        'period.published',
        { type: 'Publication', id, planId: plan.id },
        { before: null, after: { period: period.key, version, sha256, reports }, ...(reason ? { reason } : {}) },
      );
      return { id, isNew: true };
    });
  }
}

async function earlierThan(tx: EntityManager, planId: string, period: ReportingPeriodRow): Promise<Earlier | null> {
  const [found] = await rows<Earlier>(tx, before(planId, period));
  return found ?? null;
}

function differenceFrom(earlier: Earlier | null, content: PublicationContent, late: number) {
  const isCorrection = earlier?.periodKey === content.period.key;
  const was = earlier ? readContent(earlier.content).tables : [];
  const since = earlier && { period: earlier.periodKey, version: earlier.version };
  return summed(since, differences(was, content.tables, isCorrection), late);
}
