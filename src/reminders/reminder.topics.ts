import type { Day } from '../action-plans/reporting-calendar.js';
import type { LetterFacts, LetterPlan, LetterSection } from './reminder.letter.js';
import type { ReminderAudience, ReminderStage } from './reminder.vocabulary.js';

/** What stands under one heading of a letter: one matter, or several that are better read together. */
export interface Topic {
  readonly plan: LetterPlan;
  readonly stage: ReminderStage;
  /** One, but for a meeting that concerns the reader in two roles. */
  readonly audiences: readonly ReminderAudience[];
  /** The day that the topic is about: when something is due, since when it waits, when the meeting is. */
  readonly day: Day;
  /** All of the same template. */
  readonly facts: readonly LetterFacts[];
  readonly reportPath: string | null;
}

/** The most urgent first. What is asked of the reader comes before what they are told about others. */
const URGENCY: readonly ReminderStage[] = [
  'OVERDUE',
  'DUE_TODAY',
  'ESCALATED',
  'DUE_SOON',
  'WAITING',
  'MEETING',
  'PREFLIGHT',
  'OPENED',
];

/** The topics of a letter, the most urgent first. */
export function topicsOf(sections: readonly LetterSection[]): Topic[] {
  const together = new Map<string, LetterSection[]>();
  for (const section of sections) {
    const name = headingOf(section);
    const others = together.get(name);
    if (others) others.push(section);
    else together.set(name, [section]);
  }
  return [...together.values()].map(topicOf).sort(byUrgency);
}

function topicOf(sections: readonly LetterSection[]): Topic {
  const [first] = sections;
  if (!first) throw new Error('A topic without sections says nothing.');
  const facts = sections.map((section) => section.facts).sort((a, b) => compared(dayOf(a), dayOf(b)));
  return {
    plan: first.plan,
    stage: first.stage,
    audiences: [...new Set(sections.map(({ audience }) => audience))],
    day: dayOf(facts[0] ?? first.facts),
    facts,
    reportPath: sections.find(({ reportPath }) => reportPath)?.reportPath ?? null,
  };
}

const byUrgency = (a: Topic, b: Topic): number =>
  URGENCY.indexOf(a.stage) - URGENCY.indexOf(b.stage) || compared(a.day, b.day);

const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function dayOf(facts: LetterFacts): Day {
  switch (facts.template) {
    case 'REPORT':
    case 'NOT_REPORTED':
    case 'UNREACHABLE':
      return facts.period.dueOn;
    case 'REVIEW':
    case 'MEND':
      return facts.since;
    case 'MEETING':
    case 'MEETING_CANCELLED':
      return facts.day;
    case 'NO_MEETING':
      return facts.period.endsOn;
    case 'ASSESSMENT':
      return facts.dueOn;
  }
}

/** Sections with the same name share a heading. */
function headingOf({ plan, stage, audience, facts }: LetterSection): string {
  return [facts.template, plan.id, stage, ...whatTellsApart(facts, audience)].join(' ');
}

function whatTellsApart(facts: LetterFacts, audience: ReminderAudience): readonly string[] {
  switch (facts.template) {
    case 'REPORT':
      return [audience, facts.period.id, facts.institution.id];
    case 'NOT_REPORTED':
      // A sentence above the list names the due day of all: an institution with more time stands apart.
      return [audience, facts.period.id, facts.period.dueOn, audience === 'HEAD' ? facts.institution.id : ''];
    case 'UNREACHABLE':
    case 'REVIEW':
    case 'NO_MEETING':
      return [audience, facts.period.id];
    case 'MEND':
      return [audience, facts.period.id, facts.institution.id];
    case 'MEETING':
    case 'MEETING_CANCELLED':
      // Whoever coordinates a group is a member of it, and meets once.
      return [facts.meetingId];
    case 'ASSESSMENT':
      return [audience, facts.kind, facts.dueOn];
  }
}
