import {
  addDays,
  addWorkingDays,
  atLocalTime,
  startOfDay,
  type Day,
  type WorkingWeek,
} from '../action-plans/reporting-calendar.js';
import type { Violation } from '../platform/errors/domain-error.js';
import type {
  DayUnit,
  ReminderAnchor,
  ReminderAudience,
  ReminderStage,
  ReminderTemplate,
} from './reminder.vocabulary.js';

/** When which letter goes to whom: data of a plan, which its MEL officer may change. */
export interface ReminderRule {
  /** Names the rule within its plan, for ever: what was sent under it is never sent again, however the rule is edited. */
  readonly key: string;
  readonly stage: ReminderStage;
  readonly template: ReminderTemplate;
  readonly audience: ReminderAudience;
  readonly anchor: ReminderAnchor;
  /** Days after the anchor; before it when negative. */
  readonly offsetDays: number;
  readonly unit: DayUnit;
  /** `HH:MM` on the clocks of the plan's zone. */
  readonly localTime: string;
  /** After so many hours it is not made up for any more. */
  readonly latenessHours: number;
  readonly isOn: boolean;
}

/** Key of reminders that somebody sent by hand, beside the rules. */
export const BY_HAND = 'by-hand';

/** What a template may be combined with. A matter is what somebody waits for; each topic has its own. */
export const TEMPLATES = {
  REPORT: {
    topic: 'CHECK_INS',
    stages: ['OPENED', 'DUE_SOON', 'DUE_TODAY', 'OVERDUE'],
    anchors: ['OPENS', 'DUE', 'CLOSES'],
    audiences: ['FOCAL_POINT'],
  },
  NOT_REPORTED: {
    topic: 'CHECK_INS',
    stages: ['ESCALATED'],
    anchors: ['DUE', 'CLOSES'],
    audiences: ['HEAD', 'MEL_OFFICER', 'STEERING'],
  },
  UNREACHABLE: {
    topic: 'UNREACHABLE',
    stages: ['PREFLIGHT'],
    anchors: ['OPENS', 'DUE'],
    audiences: ['MEL_OFFICER'],
  },
  REVIEW: { topic: 'REVIEW', stages: ['WAITING'], anchors: ['HANDED_IN'], audiences: ['MEL_OFFICER'] },
  MEND: { topic: 'MEND', stages: ['WAITING'], anchors: ['SENT_BACK'], audiences: ['FOCAL_POINT', 'HEAD'] },
  MEETING: { topic: 'MEETING', stages: ['MEETING'], anchors: ['MEETING'], audiences: ['WORKING_GROUP', 'COORDINATOR'] },
  MEETING_CANCELLED: {
    topic: 'MEETING_CANCELLED',
    stages: ['MEETING'],
    anchors: ['CANCELLED'],
    audiences: ['WORKING_GROUP', 'COORDINATOR'],
  },
  NO_MEETING: {
    topic: 'NO_MEETING',
    stages: ['MEETING'],
    anchors: ['ENDS'],
    audiences: ['COORDINATOR', 'MEL_OFFICER'],
  },
  ASSESSMENT: {
    topic: 'ASSESSMENT',
    stages: ['DUE_SOON', 'DUE_TODAY', 'OVERDUE'],
    anchors: ['DUE'],
    audiences: ['MONITORING_BODY'],
  },
} as const satisfies Record<
  ReminderTemplate,
  {
    readonly topic: string;
    readonly stages: readonly ReminderStage[];
    readonly anchors: readonly ReminderAnchor[];
    readonly audiences: readonly ReminderAudience[];
  }
>;
export type Topic = (typeof TEMPLATES)[ReminderTemplate]['topic'];

export const topicOf = ({ template }: Pick<ReminderRule, 'template'>): Topic => TEMPLATES[template].topic;

const at = { localTime: '09:00', isOn: true } as const;
const toAgency = { ...at, template: 'REPORT', audience: 'FOCAL_POINT' } as const;
const escalated = { ...at, stage: 'ESCALATED', template: 'NOT_REPORTED', anchor: 'DUE', unit: 'DAYS' } as const;
const toMonitor = {
  ...at,
  template: 'ASSESSMENT',
  audience: 'MONITORING_BODY',
  anchor: 'DUE',
  unit: 'DAYS',
} as const;
const HOURS = 24;
/** Until the end of a day that began at nine. */
const REST_OF_THE_DAY = 15;

/** The rules of a plan that has none of its own under the same key. */
export const DEFAULT_RULES: readonly ReminderRule[] = [
  {
    ...at,
    key: 'preflight',
    stage: 'PREFLIGHT',
    template: 'UNREACHABLE',
    audience: 'MEL_OFFICER',
    anchor: 'DUE',
    offsetDays: -21,
    unit: 'DAYS',
    latenessHours: 14 * HOURS,
  },
  {
    ...toAgency,
    key: 'opened',
    stage: 'OPENED',
    anchor: 'OPENS',
    offsetDays: 0,
    unit: 'DAYS',
    latenessHours: 7 * HOURS,
  },
  {
    ...toAgency,
    key: 'due-in-14',
    stage: 'DUE_SOON',
    anchor: 'DUE',
    offsetDays: -14,
    unit: 'WORKING_DAYS',
    latenessHours: 7 * HOURS,
  },
  {
    ...toAgency,
    key: 'due-in-3',
    stage: 'DUE_SOON',
    anchor: 'DUE',
    offsetDays: -3,
    unit: 'WORKING_DAYS',
    latenessHours: 5 * HOURS,
  },
  {
    ...toAgency,
    key: 'due-today',
    stage: 'DUE_TODAY',
    anchor: 'DUE',
    offsetDays: 0,
    unit: 'DAYS',
    latenessHours: REST_OF_THE_DAY,
  },
  {
    ...toAgency,
    key: 'overdue-3',
    stage: 'OVERDUE',
    anchor: 'DUE',
    offsetDays: 3,
    unit: 'DAYS',
    latenessHours: 7 * HOURS,
  },
  {
    ...toAgency,
    key: 'overdue-10',
    stage: 'OVERDUE',
    anchor: 'DUE',
    offsetDays: 10,
    unit: 'DAYS',
    latenessHours: 14 * HOURS,
  },
  { ...escalated, key: 'escalate-head', audience: 'HEAD', offsetDays: 14, latenessHours: 7 * HOURS },
  { ...escalated, key: 'escalate-officer', audience: 'MEL_OFFICER', offsetDays: 21, latenessHours: 7 * HOURS },
  { ...escalated, key: 'escalate-steering', audience: 'STEERING', offsetDays: 28, latenessHours: 14 * HOURS },
  {
    ...at,
    key: 'review-waiting',
    stage: 'WAITING',
    template: 'REVIEW',
    audience: 'MEL_OFFICER',
    anchor: 'HANDED_IN',
    offsetDays: 2,
    unit: 'WORKING_DAYS',
    latenessHours: 14 * HOURS,
  },
  {
    ...at,
    key: 'mend-waiting',
    stage: 'WAITING',
    template: 'MEND',
    audience: 'FOCAL_POINT',
    anchor: 'SENT_BACK',
    offsetDays: 5,
    unit: 'WORKING_DAYS',
    latenessHours: 14 * HOURS,
  },
  {
    ...at,
    key: 'meeting-in-7',
    stage: 'MEETING',
    template: 'MEETING',
    audience: 'WORKING_GROUP',
    anchor: 'MEETING',
    offsetDays: -7,
    unit: 'DAYS',
    latenessHours: 7 * HOURS,
  },
  {
    ...at,
    key: 'meeting-cancelled',
    stage: 'MEETING',
    template: 'MEETING_CANCELLED',
    audience: 'WORKING_GROUP',
    anchor: 'CANCELLED',
    offsetDays: 0,
    unit: 'DAYS',
    // At once: the meeting may be on the same day.
    localTime: '00:00',
    latenessHours: 14 * HOURS,
  },
  {
    ...at,
    key: 'no-meeting',
    stage: 'MEETING',
    template: 'NO_MEETING',
    audience: 'COORDINATOR',
    anchor: 'ENDS',
    offsetDays: -21,
    unit: 'DAYS',
    latenessHours: 14 * HOURS,
  },
  { ...toMonitor, key: 'assessment-in-14', stage: 'DUE_SOON', offsetDays: -14, latenessHours: 7 * HOURS },
  { ...toMonitor, key: 'assessment-today', stage: 'DUE_TODAY', offsetDays: 0, latenessHours: REST_OF_THE_DAY },
  { ...toMonitor, key: 'assessment-overdue-7', stage: 'OVERDUE', offsetDays: 7, latenessHours: 14 * HOURS },
];

/** The rules that hold for a plan: its own, and the usual ones that it has not replaced. In the order of their stages. */
export const rulesInForce = (own: readonly ReminderRule[]): readonly ReminderRule[] => [
  ...DEFAULT_RULES.map((usual) => own.find(({ key }) => key === usual.key) ?? usual),
  ...own.filter(({ key }) => !DEFAULT_RULES.some((usual) => usual.key === key)),
];

/** The days of a matter that rules count from, and the instants that bound what may be said. */
export interface MatterDates {
  readonly days: Partial<Readonly<Record<ReminderAnchor, Day>>>;
  readonly timeZone: string;
  /** Check-ins are taken from this instant on; null where none are. */
  readonly opensAt: Date | null;
  /** A check-in is on time strictly before this instant, and taken before the other. Null where nothing is due. */
  readonly dueBefore: Date | null;
  readonly closesBefore: Date | null;
}

/**
 * The instant at which the rule speaks of the matter; null when the matter has no such day. Agencies hear nothing
 * before check-ins are taken, and nobody is called late before the due day is over: a reminder that would come earlier
 * comes on the first day on which it may.
 */
export function plannedAt(rule: ReminderRule, matter: MatterDates, week: WorkingWeek): Date | null {
  const anchor = matter.days[rule.anchor];
  if (anchor === undefined) return null;
  const counted =
    rule.unit === 'DAYS' ? addDays(anchor, rule.offsetDays) : addWorkingDays(anchor, rule.offsetDays, week);
  const first = firstDay(rule, matter);
  return atLocalTime(first !== undefined && counted < first ? first : counted, rule.localTime, matter.timeZone);
}

function firstDay({ stage, template }: ReminderRule, { days }: MatterDates): Day | undefined {
  if (stage === 'OVERDUE' || stage === 'ESCALATED') return days.DUE && addDays(days.DUE, 1);
  return template === 'REPORT' ? days.OPENS : undefined;
}

/** From this instant on the rule does not speak of the matter any more: it would be too late, or untrue. */
export function endOf(rule: ReminderRule, planned: Date, matter: MatterDates): Date {
  const tooLate = new Date(planned.getTime() + rule.latenessHours * 3_600_000);
  const untrue = untrueFrom(rule, matter);
  return untrue && untrue < tooLate ? untrue : tooLate;
}

function untrueFrom({ stage, template, audience }: ReminderRule, matter: MatterDates): Date | null {
  switch (stage) {
    case 'PREFLIGHT':
    case 'OPENED':
    case 'DUE_SOON':
    case 'DUE_TODAY':
      return matter.dueBefore;
    case 'OVERDUE':
      return template === 'REPORT' ? matter.closesBefore : null;
    case 'MEETING': {
      const last = matter.days.MEETING ?? matter.days.ENDS;
      return last ? startOfDay(addDays(last, 1), matter.timeZone) : null;
    }
    // The head is asked to see to it that something is handed in; the others are told.
    case 'ESCALATED':
      return audience === 'HEAD' ? matter.closesBefore : null;
    case 'WAITING':
      return null;
  }
}

/** What an extension moves: the rest happens as it would have. */
export const movesWithExtension = ({ anchor }: ReminderRule): boolean => anchor === 'DUE' || anchor === 'CLOSES';

/** In weeks with a single working day, the most that working days can take. */
const DAYS_OF_A_WORKING_DAY = 7;
/** For holidays, and for the hours of a day in another zone. */
const SOME_MORE_DAYS = 30;

/** The rules speak of no check-ins that are taken so many days from now: none of their reminders, and no preflight, is due. */
export function daysAhead(rules: readonly ReminderRule[]): number {
  // What asks an agency for check-ins waits until they are taken.
  const early = rules.filter(({ isOn, template, offsetDays }) => isOn && template !== 'REPORT' && offsetDays < 0);
  const days = early.map(({ unit, offsetDays }) => -offsetDays * (unit === 'DAYS' ? 1 : DAYS_OF_A_WORKING_DAY));
  return Math.max(0, ...days) + SOME_MORE_DAYS;
}

/** So many days after its close, or after it was handed in, no rule speaks of it any more. */
export function daysBehind(rules: readonly ReminderRule[]): number {
  const days = rules
    .filter(({ isOn }) => isOn)
    .map(({ unit, offsetDays, latenessHours }) => {
      const offset = Math.max(0, offsetDays) * (unit === 'DAYS' ? 1 : DAYS_OF_A_WORKING_DAY);
      return offset + latenessHours / HOURS;
    });
  return Math.max(0, ...days) + SOME_MORE_DAYS;
}

const MOST_DAYS = 366;
const MOST_LATENESS = 90 * HOURS;

/** What is wrong with a rule, by field. */
export function ruleProblems(rule: ReminderRule): Violation[] {
  const { stages, anchors, audiences } = TEMPLATES[rule.template];
  const among = (field: keyof ReminderRule, values: readonly string[]): Violation[] =>
    values.includes(String(rule[field]))
      ? []
      : [{ field, key: 'reminderRule.notWithTemplate', args: { template: rule.template, values: values.join(', ') } }];
  const within = (field: 'offsetDays' | 'latenessHours', smallest: number, largest: number): Violation[] =>
    Number.isInteger(rule[field]) && rule[field] >= smallest && rule[field] <= largest
      ? []
      : [{ field, key: 'input.wholeNumber', args: { smallest, largest } }];
  return [
    ...among('stage', stages),
    ...among('anchor', anchors),
    ...among('audience', audiences),
    ...within('offsetDays', -MOST_DAYS, MOST_DAYS),
    ...within('latenessHours', 1, MOST_LATENESS),
    ...(/^([01]\d|2[0-3]):[0-5]\d$/.test(rule.localTime) ? [] : [{ field: 'localTime', key: 'reminderRule.time' }]),
    ...sideProblems(rule),
    ...(rule.key === BY_HAND ? [{ field: 'key', key: 'reminderRule.reserved' }] : []),
  ];
}

/** A reminder that says "today" or "overdue" has to be so on its day. */
function sideProblems({ stage, anchor, offsetDays }: ReminderRule): Violation[] {
  const isRight: Partial<Record<ReminderStage, boolean>> = {
    OPENED: anchor === 'OPENS' && offsetDays >= 0,
    DUE_SOON: anchor === 'DUE' && offsetDays < 0,
    DUE_TODAY: anchor === 'DUE' && offsetDays === 0,
    OVERDUE: (anchor === 'DUE' && offsetDays > 0) || (anchor === 'CLOSES' && offsetDays <= 0),
    ESCALATED: (anchor === 'DUE' && offsetDays > 0) || anchor === 'CLOSES',
    WAITING: offsetDays > 0,
    MEETING: anchor === 'CANCELLED' ? offsetDays >= 0 : offsetDays <= 0,
    PREFLIGHT: offsetDays < 0,
  };
  return isRight[stage] === false ? [{ field: 'offsetDays', key: 'reminderRule.side', args: { stage } }] : [];
}
