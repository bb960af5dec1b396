import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import type { Report } from '../check-ins/check-in.report.js';
import type { CheckInStatus } from '../check-ins/check-in.workflow.js';
import type { ReportTarget } from '../check-ins/report-links.js';
import type { MilestoneStatus } from '../commitments/commitment.vocabulary.js';
import { rows } from '../platform/database/rows.js';
import type { Language, LocalizedText } from '../platform/i18n/text.js';

/** The period and the institution that are reported for. */
export interface ReportHead {
  readonly plan: LocalizedText;
  readonly planKey: string;
  readonly planLanguage: Language;
  readonly country: string;
  readonly timeZone: string;
  readonly institution: LocalizedText;
  readonly period: string;
  readonly dueOn: string;
  readonly closesOn: string;
}

export interface ReportItem {
  readonly checkInId: string;
  readonly number: number;
  readonly title: LocalizedText;
  readonly status: CheckInStatus;
  readonly version: number;
  readonly submittedAt: Date | null;
  /** What is being written, else what was handed in; null where nothing was. */
  readonly report: Report | null;
  /** Only the last one, where it was sent back. */
  readonly comment: string | null;
}

export interface ReportMilestone {
  readonly id: string;
  readonly number: number;
  readonly title: LocalizedText;
  readonly dueOn: string | null;
  readonly status: MilestoneStatus | null;
}

@Injectable()
export class ReportsQueries {
  constructor(private readonly db: DataSource) {}

  async head({ periodId, institutionId }: ReportTarget): Promise<ReportHead | null> {
    const [found] = await rows<ReportHead>(
      this.db,
      sql`select p.title as plan, p.key as "planKey", p.language as "planLanguage", b.country, p.time_zone as "timeZone", i.name as institution, r.key as period,
                 greatest(r.due_on, x.due_on) as "dueOn", greatest(r.closes_on, x.closes_on) as "closesOn"
            from reporting_period r
            join action_plan p on p.id = r.plan_id
            join member b on b.id = p.member_id
            join institution i on i.id = ${institutionId}
            left join period_extension x on x.period_id = r.id and x.institution_id = i.id
           where r.id = ${periodId}`,
    );
    return found ?? null;
  }

  /** What is owed, by the number of the commitment. */
  items({ periodId, institutionId }: ReportTarget): Promise<ReportItem[]> {
    return rows(
      this.db,
      sql`select k.id as "checkInId", c.number, c.title, o.status, coalesce(d.version, k.version) as version, k.submitted_at as "submittedAt",
                 coalesce(d.report, v.report) as report, case when o.status = 'RETURNED' then t.text end as comment
            from owed_check_in o
            join check_in k on k.id = o.check_in_id
            join commitment c on c.id = o.commitment_id
            left join check_in_draft d on d.check_in_id = k.id
            left join lateral (select report from check_in_revision where check_in_id = k.id and status = 'SUBMITTED' order by version desc limit 1) v on true
            left join lateral (select text from check_in_comment where check_in_id = k.id order by written_at desc, id desc limit 1) t on true
           where o.period_id = ${periodId} and o.institution_id = ${institutionId} order by c.number limit 500`,
    );
  }

  /** Files that will be, or are, public with the check-in. */
  files(checkInId: string): Promise<Array<{ name: string; title: string | null }>> {
    return rows(
      this.db,
      sql`select name, title from evidence_file where check_in_id = ${checkInId} and removed_at is null order by uploaded_at, id limit 20`,
    );
  }

  milestones(checkInId: string): Promise<ReportMilestone[]> {
    return rows(
      this.db,
      sql`select m.id, m.number, m.title, m.due_on as "dueOn", m.status from milestone_now m join check_in k on k.commitment_id = m.commitment_id
           where k.id = ${checkInId} order by m.number limit 100`,
    );
  }
}
