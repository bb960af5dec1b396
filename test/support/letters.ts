import type { LocalizedText } from '../../src/platform/i18n/text.js';
import type {
  AssessmentFacts,
  LetterInstitution,
  LetterPeriod,
  LetterPlan,
  LetterSection,
  MeetingCancelledFacts,
  MeetingFacts,
  MissingCheckIn,
  NoMeetingFacts,
  ReminderLetter,
  ReportFacts,
  UnreachableFacts,
  WaitingFacts,
} from '../../src/reminders/reminder.letter.js';
import type { ReminderAudience, ReminderStage } from '../../src/reminders/reminder.vocabulary.js';
import { inEnglish, QUARTER } from './owing.js';

/** Sections of letters as planning hands them over, filled in with what a test does not care about. */

export const inLanguages = (texts: Readonly<Record<string, string>>): LocalizedText =>
  Object.fromEntries(Object.entries(texts).map(([language, text]) => [language, { text, origin: 'ORIGINAL' }]));

export const planOf = (more: Partial<LetterPlan> = {}): LetterPlan => ({
  id: 'plan',
  key: 'testville-2024',
  title: inEnglish('Plan of Testville'),
  language: 'en',
  country: 'JO',
  timeZone: 'Asia/Amman',
  replyTo: 'mel@example.org',
  ...more,
});

export const institutionOf = (
  key: string,
  name: LocalizedText = inEnglish(`Institution ${key}`),
): LetterInstitution => ({
  id: key,
  key,
  name,
});

export const periodOf = (more: Partial<LetterPeriod> = {}): LetterPeriod => ({
  id: 'period',
  key: '2024-Q2',
  opensOn: QUARTER.opensOn,
  dueOn: QUARTER.dueOn,
  closesOn: QUARTER.closesOn,
  ...more,
});

export const missingOf = (number: number, more: Partial<MissingCheckIn> = {}): MissingCheckIn => ({
  number,
  title: inEnglish(`Title ${number}`),
  status: 'EXPECTED',
  milestones: [],
  ...more,
});

type More<Facts> = Partial<Omit<Facts, 'template'>> & {
  readonly stage?: ReminderStage;
  readonly audience?: ReminderAudience;
  readonly plan?: LetterPlan;
  readonly reportPath?: string;
};

/** Everything about a section that is not its facts, and the facts. */
const apart = <Facts>({ stage, audience, plan, reportPath, ...facts }: More<Facts>) => ({
  around: {
    plan: plan ?? planOf(),
    ...(stage ? { stage } : {}),
    ...(audience ? { audience } : {}),
    ...(reportPath ? { reportPath } : {}),
  },
  facts,
});

/** @param count how many check-ins are missing */
export function report(institution: string, more: More<ReportFacts> & { readonly count?: number } = {}): LetterSection {
  const { count = 1, ...rest } = more;
  const { around, facts } = apart<ReportFacts>(rest);
  return {
    stage: 'DUE_SOON',
    audience: 'FOCAL_POINT',
    ...around,
    facts: {
      template: 'REPORT',
      period: periodOf(),
      institution: institutionOf(institution),
      owed: count,
      missing: Array.from({ length: count }, (_, at) => missingOf(at + 1)),
      isReachable: true,
      ...facts,
    },
  };
}

export function notReported(
  institution: string,
  audience: 'HEAD' | 'MEL_OFFICER' | 'STEERING',
  more: More<ReportFacts> & { readonly count?: number } = {},
): LetterSection {
  const section = report(institution, { stage: 'ESCALATED', ...more, audience });
  return { ...section, facts: { ...(section.facts as ReportFacts), template: 'NOT_REPORTED' } };
}

export function unreachable(more: More<UnreachableFacts> = {}): LetterSection {
  const { around, facts } = apart<UnreachableFacts>(more);
  return {
    stage: 'PREFLIGHT',
    audience: 'MEL_OFFICER',
    ...around,
    facts: { template: 'UNREACHABLE', period: periodOf(), institutions: [], ...facts },
  };
}

export function waiting(
  template: WaitingFacts['template'],
  institution: string,
  more: More<WaitingFacts> = {},
): LetterSection {
  const { around, facts } = apart<WaitingFacts>(more);
  return {
    stage: 'WAITING',
    audience: template === 'REVIEW' ? 'MEL_OFFICER' : 'FOCAL_POINT',
    ...around,
    facts: {
      template,
      period: periodOf(),
      institution: institutionOf(institution),
      checkInId: `${institution}-${facts.number ?? 1}`,
      number: 1,
      title: inEnglish(`Title ${facts.number ?? 1}`),
      since: '2024-07-10',
      ...facts,
    },
  };
}

export function meeting(more: More<MeetingFacts> = {}): LetterSection {
  const { around, facts } = apart<MeetingFacts>(more);
  return {
    stage: 'MEETING',
    audience: 'WORKING_GROUP',
    ...around,
    facts: {
      template: 'MEETING',
      group: inEnglish('Complaints'),
      meetingId: 'meeting',
      version: 1,
      day: '2024-07-16',
      time: '10:00',
      place: 'Town hall, room 3',
      ...facts,
    },
  };
}

export function meetingCancelled(more: More<MeetingCancelledFacts> = {}): LetterSection {
  const { around, facts } = apart<MeetingCancelledFacts>(more);
  return {
    stage: 'MEETING',
    audience: 'WORKING_GROUP',
    ...around,
    facts: {
      template: 'MEETING_CANCELLED',
      group: inEnglish('Complaints'),
      meetingId: 'meeting',
      version: 2,
      day: '2024-07-16',
      time: '10:00',
      why: 'The hall is taken.',
      ...facts,
    },
  };
}

export function noMeeting(more: More<NoMeetingFacts> = {}): LetterSection {
  const { around, facts } = apart<NoMeetingFacts>(more);
  return {
    stage: 'MEETING',
    audience: 'COORDINATOR',
    ...around,
    facts: {
      template: 'NO_MEETING',
      group: inEnglish('Complaints'),
      period: { id: 'period', key: '2024-Q3', endsOn: '2024-09-30' },
      ...facts,
    },
  };
}

export function assessment(more: More<AssessmentFacts> = {}): LetterSection {
  const { around, facts } = apart<AssessmentFacts>(more);
  return {
    stage: 'DUE_SOON',
    audience: 'MONITORING_BODY',
    ...around,
    facts: { template: 'ASSESSMENT', kind: 'INCEPTION', commitment: null, dueOn: '2024-04-08', ...facts },
  };
}

export const letterOf = (
  sections: readonly LetterSection[],
  more: Partial<Omit<ReminderLetter, 'sections'>> = {},
): ReminderLetter => ({ address: 'works@example.org', name: 'Salma', language: 'en', sections, ...more });
