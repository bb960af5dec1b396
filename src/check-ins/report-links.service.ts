import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { ReportingPeriodsQueries } from '../action-plans/reporting-periods.queries.js';
import { assertMay } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { rows } from '../platform/database/rows.js';
import type { ReportLinkRevokeInput } from './report-link.inputs.js';

@Injectable()
export class ReportLinksService {
  constructor(
    private readonly changes: Changes,
    private readonly plans: ActionPlansQueries,
    private readonly periods: ReportingPeriodsQueries,
  ) {}

  /**
   * All links of an institution, of one period or of every one. Not of one person: which address a link went to is
   * stored nowhere. Answers how many were good until now.
   */
  async revoke(viewer: Viewer, input: ReportLinkRevokeInput): Promise<number> {
    const plan = await this.plans.byKey(input.plan, 'input.plan');
    assertMay(viewer, 'reportLinkRevoke', { planId: plan.id });
    const institutionId = await this.plans.implementingId(plan, input.institution, 'input.institution');
    const period = input.period == null ? null : await this.periods.byKey(plan.id, input.period, 'input.period');
    return this.changes.by(viewer, 'reportLinkRevoke', async (change) => {
      change.allow({ planId: plan.id });
      const revoked = await rows(
        change.tx,
        sql`with revoked as (
              update report_link set revoked_at = ${change.at}::timestamptz
               where plan_id = ${plan.id} and institution_id = ${institutionId} and revoked_at is null
                 and (${period?.id ?? null}::uuid is null or period_id = ${period?.id ?? null}::uuid)
              returning id)
            select id from revoked`,
      );
      if (revoked.length === 0) change.nothingToDo();
      else
        change.record(
          'reportLink.revoked',
          { type: 'Institution', id: institutionId, planId: plan.id },
          { after: { period: period?.key ?? null, links: revoked.length }, reason: input.reason },
        );
      return revoked.length;
    });
  }
}
