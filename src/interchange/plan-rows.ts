import type { ActionPlan, PlanReporting } from '../action-plans/action-plan.entity.js';
import type { Contact } from '../institutions/contact.entity.js';
import type { Commitment } from '../commitments/commitment.entity.js';
import type { Milestone } from '../commitments/milestone.entity.js';
import { joinDate, splitDates } from './partial-date.js';
import { localized, localizedOrNull } from './file-text.js';
import type { FileCommitment, FileContact, FileInstitution, FileMilestone, FilePlan } from './plan-file.js';

/* The plan file's objects as rows of the database, and back. Each pair of functions undoes the other. */

type PlanRow = Omit<ActionPlan, 'id' | 'memberId'>;
type CommitmentRow = Omit<Commitment, 'id' | 'planId' | 'workingGroupId'>;
type MilestoneRow = Omit<Milestone, 'id' | 'commitmentId' | 'responsibleInstitutionId'>;

export function planRow(plan: FilePlan): PlanRow {
  const { days, monthPrecision } = splitDates({
    startsOn: plan.startsOn,
    endsOn: plan.endsOn,
    administrationStartedOn: plan.administrationStartedOn,
    termEndsOn: plan.termEndsOn,
  });
  return {
    key: plan.key,
    title: localized(plan.title),
    language: plan.language,
    timeZone: plan.timeZone,
    submittedOn: plan.submittedOn ?? null,
    ...days,
    monthPrecision,
    website: plan.website ?? null,
    foreword: localizedOrNull(plan.foreword),
    questions: (plan.questions ?? []).map(({ key, question, answer }) => ({
      key,
      question: localized(question),
      answer: localizedOrNull(answer),
    })),
    coCreation: coCreationRow(plan.coCreation),
    dissemination: (plan.dissemination ?? []).map(localized),
    documents: (plan.documents ?? []).map(({ key, title, year, url }) => ({
      key,
      title: localized(title),
      year: year ?? null,
      url: url ?? null,
    })),
    endorsements: (plan.endorsements ?? []).map(({ name, affiliation }) => ({
      name: name ?? null,
      affiliation: localized(affiliation),
    })),
    reporting: reportingRow(plan.reporting),
    sources: plan.sources ?? [],
  };
}

export function planFile(row: ActionPlan, participations: FilePlan['participations']): FilePlan {
  const date = (name: 'startsOn' | 'endsOn' | 'administrationStartedOn' | 'termEndsOn') =>
    joinDate(row[name], name, row.monthPrecision);
  return {
    key: row.key,
    title: row.title,
    language: row.language,
    timeZone: row.timeZone,
    ...given({
      submittedOn: row.submittedOn,
      startsOn: date('startsOn'),
      endsOn: date('endsOn'),
      administrationStartedOn: date('administrationStartedOn'),
      termEndsOn: date('termEndsOn'),
      website: row.website,
      foreword: row.foreword,
      questions: row.questions.map(({ key, question, answer }) => ({ key, question, ...given({ answer }) })),
      coCreation: row.coCreation && given({ ...row.coCreation }),
      dissemination: row.dissemination,
      documents: row.documents.map(({ key, title, year, url }) => ({ key, title, ...given({ year, url }) })),
      endorsements: row.endorsements.map(({ name, affiliation }) => ({ ...given({ name }), affiliation })),
      participations,
      reporting: row.reporting && reportingFile(row.reporting),
      sources: row.sources,
    }),
  };
}

export function commitmentRow(commitment: FileCommitment): CommitmentRow {
  const { days, monthPrecision } = splitDates({ startsOn: commitment.startsOn, endsOn: commitment.endsOn });
  return {
    number: commitment.number,
    ogpId: commitment.ogpId ?? null,
    title: localized(commitment.title),
    problem: localizedOrNull(commitment.problem),
    statusQuo: localizedOrNull(commitment.statusQuo),
    action: localizedOrNull(commitment.action),
    solution: localizedOrNull(commitment.solution),
    longTermGoal: localizedOrNull(commitment.longTermGoal),
    expectedOutputs: localizedOrNull(commitment.expectedOutputs),
    expectedOutcomes: localizedOrNull(commitment.expectedOutcomes),
    ...days,
    monthPrecision,
    policyAreas: commitment.policyAreas ?? [],
    sectors: commitment.sectors ?? [],
    ogpValues: commitment.ogpValues ?? [],
    url: commitment.url ?? null,
    note: localizedOrNull(commitment.note),
  };
}

export function commitmentFile(
  row: Commitment,
  around: Pick<FileCommitment, 'institutions' | 'workingGroup' | 'milestones'>,
): FileCommitment {
  const {
    number,
    title,
    ogpId,
    problem,
    statusQuo,
    action,
    solution,
    longTermGoal,
    expectedOutputs,
    expectedOutcomes,
    policyAreas,
    sectors,
    ogpValues,
    url,
    note,
  } = row;
  return {
    number,
    title,
    ...given({
      ogpId,
      problem,
      statusQuo,
      action,
      solution,
      longTermGoal,
      expectedOutputs,
      expectedOutcomes,
      startsOn: joinDate(row.startsOn, 'startsOn', row.monthPrecision),
      endsOn: joinDate(row.endsOn, 'endsOn', row.monthPrecision),
      policyAreas,
      sectors,
      ogpValues,
      url,
      note,
      ...around,
    }),
  };
}

export function milestoneRow(milestone: FileMilestone): MilestoneRow {
  const { days, monthPrecision } = splitDates({
    startsOn: milestone.startsOn,
    dueOn: milestone.dueOn,
    originalDueOn: milestone.originalDueOn ?? milestone.dueOn,
  });
  return {
    number: milestone.number,
    title: localized(milestone.title),
    expectedOutput: localizedOrNull(milestone.expectedOutput),
    ...days,
    monthPrecision,
    publishedStatus: milestone.status ?? null,
    publishedPercent: milestone.percent ?? null,
    note: localizedOrNull(milestone.note),
  };
}

export function milestoneFile(row: Milestone, responsibleInstitution: string | undefined): FileMilestone {
  const originalDueOn = joinDate(row.originalDueOn, 'originalDueOn', row.monthPrecision);
  const dueOn = joinDate(row.dueOn, 'dueOn', row.monthPrecision);
  return {
    number: row.number,
    title: row.title,
    ...given({
      expectedOutput: row.expectedOutput,
      startsOn: joinDate(row.startsOn, 'startsOn', row.monthPrecision),
      dueOn,
      originalDueOn: originalDueOn === dueOn ? undefined : originalDueOn,
      responsibleInstitution,
      status: row.publishedStatus,
      percent: row.publishedPercent,
      note: row.note,
    }),
  };
}

export function contactRow(contact: FileContact, position: number): Omit<Contact, 'id' | 'institutionId'> {
  const { role, language } = contact;
  return {
    key: contactKey(contact, position),
    role,
    name: contact.name ?? null,
    email: contact.email ?? null,
    language,
    position,
  };
}

/** Contacts that the file gives no key are told apart by their role and place. */
export const contactKey = (contact: { key?: string; role: string }, position: number): string =>
  contact.key ?? `${contact.role.toLowerCase().replaceAll('_', '-')}-${position + 1}`;

export const contactFile = ({ key, role, name, email, language }: Contact): FileContact => ({
  key,
  role,
  ...given({ name, email }),
  language,
});

export const withContactKeys = (institution: FileInstitution): FileInstitution =>
  institution.contacts
    ? {
        ...institution,
        contacts: institution.contacts.map((contact, position) => ({ ...contact, key: contactKey(contact, position) })),
      }
    : institution;

function coCreationRow(facts: FilePlan['coCreation']): ActionPlan['coCreation'] {
  if (!facts) return null;
  return {
    groups: facts.groups ?? null,
    publicMeetings: facts.publicMeetings ?? null,
    governmentInstitutions: facts.governmentInstitutions ?? null,
    localParticipants: facts.localParticipants ?? null,
    plannedPublicMeetingsPerYear: facts.plannedPublicMeetingsPerYear ?? null,
    note: localizedOrNull(facts.note),
  };
}

function reportingRow(reporting: FilePlan['reporting']): PlanReporting | null {
  if (!reporting) return null;
  const { days, monthPrecision } = splitDates({ startsOn: reporting.startsOn, endsOn: reporting.endsOn });
  return { ...reporting, ...days, monthPrecision, holidays: reporting.holidays ?? [] };
}

function reportingFile({
  startsOn,
  endsOn,
  monthPrecision,
  holidayCalendar,
  holidays,
  cadence,
  opensAfterDays,
  dueAfterDays,
  closesAfterDays,
  weekend,
}: PlanReporting): FilePlan['reporting'] {
  return {
    ...given({
      startsOn: joinDate(startsOn, 'startsOn', monthPrecision),
      endsOn: joinDate(endsOn, 'endsOn', monthPrecision),
    }),
    cadence,
    opensAfterDays,
    dueAfterDays,
    closesAfterDays,
    weekend: [...weekend],
    ...given({
      holidayCalendar: holidayCalendar && {
        country: holidayCalendar.country,
        ...given({ region: holidayCalendar.region }),
      },
      holidays: [...holidays],
    }),
  };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], null | undefined> };

/** Only what is there: what is missing has no place in the file. */
function given<T extends object>(values: T): Given<T> {
  const present = Object.entries(values).filter(
    ([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(present) as Given<T>;
}
