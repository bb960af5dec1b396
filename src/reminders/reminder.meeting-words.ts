import type { AssessmentFacts, MeetingCancelledFacts, MeetingFacts, NoMeetingFacts } from './reminder.letter.js';
import { entriesOf, STANDING, type Telling, type TopicWords } from './reminder.telling.js';

/** To the members of a working group, or whoever coordinates it. */
export function meetingWords(telling: Telling, { group, day, time, place }: MeetingFacts): TopicWords {
  const { topic, say, name, apart, inSubject } = telling;
  const when = whenOf(telling, { day, time });
  const isOpen = time === null || place === null;
  return {
    subject: say('letter.meeting.subject', { ...when, group: inSubject([group]) }),
    heading: say('letter.meeting.heading', { group: name(group), plan: name(topic.plan.title) }),
    state: say('letter.meeting.state', when),
    list: null,
    ask: [
      place === null ? say('letter.meeting.noPlace') : say('letter.meeting.place', { place: apart(place) }),
      ...(isOpen && topic.audiences.includes('COORDINATOR') ? [say('letter.meeting.settle')] : []),
    ],
    button: null,
  };
}

/** To those who were told of it. */
export function meetingCancelledWords(telling: Telling, facts: MeetingCancelledFacts): TopicWords {
  const { topic, say, name, apart, inSubject } = telling;
  const when = whenOf(telling, facts);
  return {
    subject: say('letter.meetingCancelled.subject', { ...when, group: inSubject([facts.group]) }),
    heading: say('letter.meetingCancelled.heading', { group: name(facts.group), plan: name(topic.plan.title) }),
    state: say('letter.meetingCancelled.state', when),
    list: null,
    ask: [say('letter.meetingCancelled.why', { why: apart(facts.why) })],
    button: null,
  };
}

const whenOf = ({ day: inWords, apart }: Telling, { day, time }: Pick<MeetingFacts, 'day' | 'time'>) => ({
  date: inWords(day),
  settled: time === null ? 'no' : 'yes',
  time: apart(time ?? ''),
});

/** To whoever coordinates working groups that have no meeting in a period. */
export function noMeetingWords(telling: Telling, groups: readonly [NoMeetingFacts, ...NoMeetingFacts[]]): TopicWords {
  const { topic, say, name, apart, day, inSubject } = telling;
  const { period } = groups[0];
  const date = day(period.endsOn);
  return {
    subject: say('letter.noMeeting.subject', { date, group: inSubject(groups.map(({ group }) => group)) }),
    heading: say('letter.noMeeting.heading', { period: apart(period.key), plan: name(topic.plan.title) }),
    state: say('letter.noMeeting.state', { date }),
    list: {
      lead: say('letter.noMeeting.lead', { count: groups.length }),
      entries: entriesOf(telling, groups, ({ group }) => ({ text: name(group) })),
    },
    ask: [say('letter.noMeeting.ask')],
    button: null,
  };
}

/** To the independent monitoring body: assessments of one kind that are due on one day. */
export function assessmentWords(
  telling: Telling,
  assessments: readonly [AssessmentFacts, ...AssessmentFacts[]],
): TopicWords {
  const { topic, say, name, day, list, inSubject } = telling;
  const { kind, dueOn } = assessments[0];
  const standing = STANDING[topic.stage];
  const stage = standing === 'OPENED' ? 'DUE_SOON' : standing;
  const commitments = assessments.flatMap(({ commitment }) => commitment ?? []).sort((a, b) => a.number - b.number);
  const count = commitments.length;
  return {
    subject: say(`letter.assessment.subject.${kind}`, {
      stage,
      date: day(dueOn),
      plan: inSubject([topic.plan.title]),
      count,
      numbers: list(commitments.map(({ number }) => String(number))),
    }),
    heading: say(`letter.assessment.heading.${kind}`, { plan: name(topic.plan.title) }),
    state: say(`letter.assessment.state.${stage}`, { due: day(dueOn) }),
    list:
      count === 0
        ? null
        : {
            lead: say('letter.assessment.lead', { count }),
            entries: entriesOf(telling, commitments, ({ number, title }) => ({
              text: say('letter.report.entry.EXPECTED', { number, title: name(title) }),
            })),
          },
    ask: [say('letter.assessment.ask')],
    button: null,
  };
}
