import { publicHolidays } from '../action-plans/holiday-calendar.js';
import type { Problem } from './plan-file.problems.js';
import type { FileCommitment, FilePlan, PlanFile } from './plan-file.js';

/** What a plan does not say although somebody will miss it. Not an error: real plans have holes, and none is filled in. */
export function planGaps(file: PlanFile): Problem[] {
  const leads = (file.plan.participations ?? [])
    .filter(({ role }) => role === 'LEAD')
    .map(({ institution }) => institution);
  return [
    ...planLevelGaps(file),
    ...file.commitments.flatMap((commitment) => commitmentGaps(commitment, leads)),
    ...contactGaps(file, leads),
  ];
}

const gap = (path: string, key: string, args: Problem['args'] = {}): Problem => ({ path, key: `gap.${key}`, args });
const missing = (value: unknown, path: string, key: string): Problem[] =>
  value === undefined || (Array.isArray(value) && value.length === 0) ? [gap(path, key)] : [];

function planLevelGaps({ plan, institutions }: PlanFile): Problem[] {
  const has = (role: string) => (plan.participations ?? []).some((part) => part.role === role);
  const officer = institutions.some(({ contacts }) =>
    contacts?.some(({ role, email }) => role === 'MEL_OFFICER' && email),
  );
  return [
    ...missing(plan.startsOn, '$.plan.startsOn', 'planStart'),
    ...missing(plan.endsOn, '$.plan.endsOn', 'planEnd'),
    ...missing(plan.reporting, '$.plan.reporting', 'reporting'),
    ...(has('MONITORING_BODY') ? [] : [gap('$.plan.participations', 'monitoringBody')]),
    ...(officer ? [] : [gap('$.institutions', 'melOfficer')]),
    ...idleWorkedDays(plan.reporting),
  ];
}

/** A day is meant to be worked after all, and the calendar never had it off: as a rule, a slip of the date. */
function idleWorkedDays(reporting: FilePlan['reporting']): Problem[] {
  const calendar = reporting?.holidayCalendar;
  const isOff = (date: string): boolean =>
    calendar !== undefined && publicHolidays(calendar, Number(date.slice(0, 4))).some((day) => day.date === date);
  return (reporting?.holidays ?? [])
    .filter(({ date, worked }) => worked && !isOff(date))
    .map(({ date }) => gap(`$.plan.reporting.holidays[date=${date}]`, 'workedDay', { date }));
}

function commitmentGaps(commitment: FileCommitment, planLeads: readonly string[]): Problem[] {
  const path = `$.commitments[number=${commitment.number}]`;
  const implementing = commitment.institutions ?? [];
  const undated = (commitment.milestones ?? []).filter(({ dueOn }) => dueOn === undefined).map(({ number }) => number);
  return [
    ...(implementing.length > 0
      ? []
      : [gap(`${path}.institutions`, planLeads.length > 0 ? 'leadFromPlan' : 'nobodyOwes')]),
    ...(implementing.length > 0 && !implementing.some(({ role }) => role === 'LEAD')
      ? [gap(`${path}.institutions`, 'lead')]
      : []),
    ...missing(commitment.ogpId, `${path}.ogpId`, 'ogpId'),
    ...missing(commitment.startsOn, `${path}.startsOn`, 'commitmentStart'),
    ...missing(commitment.endsOn, `${path}.endsOn`, 'commitmentEnd'),
    ...missing(commitment.workingGroup, `${path}.workingGroup`, 'workingGroup'),
    ...missing(commitment.milestones, `${path}.milestones`, 'milestones'),
    ...(undated.length > 0 ? [gap(`${path}.milestones`, 'milestoneDue', { numbers: undated.join(', ') })] : []),
  ];
}

/** Whoever owes check-ins and has no focal point with an address cannot be reminded. */
function contactGaps(file: PlanFile, planLeads: readonly string[]): Problem[] {
  const owing = new Set(
    file.commitments.flatMap(({ institutions }) =>
      institutions?.length ? institutions.map(({ institution }) => institution) : planLeads,
    ),
  );
  return file.institutions
    .filter(
      ({ key, contacts }) => owing.has(key) && !contacts?.some(({ role, email }) => role === 'FOCAL_POINT' && email),
    )
    .map(({ key, contacts }) =>
      gap(
        `$.institutions[key=${key}].contacts`,
        contacts?.some(({ role }) => role === 'FOCAL_POINT') ? 'address' : 'focalPoint',
        { institution: key },
      ),
    );
}
