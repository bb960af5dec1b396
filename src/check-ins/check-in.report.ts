import type { Day } from '../action-plans/reporting-calendar.js';
import type { MilestoneStatus } from '../commitments/commitment.vocabulary.js';
import type { Violation } from '../platform/errors/domain-error.js';
import type { Language } from '../platform/i18n/text.js';
import type { Movement } from './check-in.vocabulary.js';

/** What an agency says in a check-in. */
export interface Report {
  readonly nothingToReport: boolean;
  readonly movement: Movement | null;
  readonly progress: string | null;
  readonly achievements: string | null;
  readonly obstacles: string | null;
  readonly nextSteps: string | null;
  readonly supportNeeded: string | null;
  readonly language: Language | null;
  readonly milestones: ReadonlyArray<{
    readonly milestone: string;
    readonly status: MilestoneStatus;
    readonly percent: number | null;
    readonly forecastDate: Day | null;
    readonly note: string | null;
  }>;
  readonly evidence: ReadonlyArray<{
    readonly id: string;
    readonly url: string;
    readonly title: string | null;
    readonly milestone: string | null;
  }>;
}

/** What is wrong with a report at any time, draft or not: it speaks of milestones that are not the commitment's. */
export function referenceProblems(report: Report, milestoneIds: ReadonlySet<string>): Violation[] {
  const updated = report.milestones.map(({ milestone }) => milestone);
  return [
    ...updated.flatMap((id, at) =>
      milestoneIds.has(id) ? [] : [{ field: `report.milestones.${at}.milestone`, key: 'checkIn.milestoneElsewhere' }],
    ),
    ...updated.flatMap((id, at) =>
      updated.indexOf(id) < at ? [{ field: `report.milestones.${at}.milestone`, key: 'checkIn.milestoneTwice' }] : [],
    ),
    ...report.evidence.flatMap(({ milestone }, at) =>
      milestone === null || milestoneIds.has(milestone)
        ? []
        : [{ field: `report.evidence.${at}.milestone`, key: 'checkIn.milestoneElsewhere' }],
    ),
  ];
}

/**
 * What keeps a report from being handed in. That obstacles are named when nothing or little has moved is the rule of
 * Canada's plan tracker; "nothing to report" says that nothing has moved.
 */
export function submissionProblems(report: Report): Violation[] {
  return [
    ...(report.nothingToReport ? emptinessProblems(report) : substanceProblems(report)),
    ...obstacleProblems(report),
  ];
}

function substanceProblems(report: Report): Violation[] {
  return [
    ...(report.movement === null ? [{ field: 'report.movement', key: 'checkIn.movementMissing' }] : []),
    ...(report.progress === null ? [{ field: 'report.progress', key: 'checkIn.progressMissing' }] : []),
  ];
}

function emptinessProblems(report: Report): Violation[] {
  const says = (field: string, said: boolean): Violation[] =>
    said ? [{ field: `report.${field}`, key: 'checkIn.somethingToReport' }] : [];
  return [
    ...says('movement', report.movement !== null && report.movement !== 'NOTHING'),
    ...says('progress', report.progress !== null),
    ...says('achievements', report.achievements !== null),
    ...says('milestones', report.milestones.length > 0),
  ];
}

function obstacleProblems(report: Report): Violation[] {
  const stuck = report.nothingToReport || report.movement === 'NOTHING' || report.movement === 'LITTLE';
  return stuck && report.obstacles === null ? [{ field: 'report.obstacles', key: 'checkIn.obstaclesMissing' }] : [];
}
