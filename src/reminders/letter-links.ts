import type { ReportTarget } from '../check-ins/report-links.js';
import type { LetterSection, ReminderLetter } from './reminder.letter.js';
import type { Unsubscribing } from './unsubscribe-links.js';

export const withPath = (section: LetterSection, reportPath: string | undefined): LetterSection =>
  reportPath ? { ...section, reportPath } : section;

/** Agencies get a link to their form; whoever is only told of them does not. */
export function targetOf({ plan, facts, audience }: LetterSection): ReportTarget[] {
  const reports = facts.template === 'REPORT' || facts.template === 'MEND';
  return reports || (facts.template === 'NOT_REPORTED' && audience === 'HEAD')
    ? [{ planId: plan.id, periodId: facts.period.id, institutionId: facts.institution.id }]
    : [];
}

export const isFor =
  (section: LetterSection) =>
  ({ periodId, institutionId }: ReportTarget): boolean =>
    targetOf(section).some((target) => target.periodId === periodId && target.institutionId === institutionId);

/** Where nobody is asked to do anything, the reader may do without such mails. */
export function unsubscribingOf({ address, sections }: ReminderLetter): Unsubscribing[] {
  const [first] = sections;
  return first && sections.every(({ audience }) => audience === 'STEERING')
    ? [{ planId: first.plan.id, address, audience: 'STEERING' }]
    : [];
}
