import type {
  LetterFacts,
  LetterInstitution,
  LetterPeriod,
  MissingCheckIn,
  ReportFacts,
  UnreachableFacts,
  WaitingFacts,
} from './reminder.letter.js';
import { entriesOf, linesOf, STANDING, type Telling, type TopicWords } from './reminder.telling.js';

/** To the institution: what it has not reported. */
export function reportWords(telling: Telling, report: ReportFacts): TopicWords {
  const { topic, alike, say, day } = telling;
  const about = aboutInstitution(telling, report);
  const standing = STANDING[topic.stage];
  const asMuch = alike.flatMap(({ facts }) => facts.filter(isReport));
  return {
    subject: say(`letter.report.subject.${standing}`, missingFrom(telling, asMuch)),
    heading: say('letter.report.heading', about),
    state: say(`letter.report.state.${standing}`, {
      due: day(report.period.dueOn),
      close: day(report.period.closesOn),
    }),
    list: missingList(telling, report),
    ask: [],
    button: say('letter.report.button', about),
  };
}

/** To the head of the institution: what its focal points have not reported. */
export function headWords(telling: Telling, report: ReportFacts): TopicWords {
  const { say, day } = telling;
  return {
    subject: say('letter.notReported.subject.HEAD', missingFrom(telling, [report])),
    heading: say('letter.report.heading', aboutInstitution(telling, report)),
    state: say('letter.notReported.state.HEAD', {
      due: day(report.period.dueOn),
      close: day(report.period.closesOn),
      reachable: yesOrNo(report.isReachable),
    }),
    list: missingList(telling, report),
    ask: [say('letter.notReported.ask.HEAD')],
    button: say('letter.report.button', aboutInstitution(telling, report)),
  };
}

/** To the MEL officer, who is to get in touch with the institutions. */
export function officerWords(telling: Telling, reports: readonly [ReportFacts, ...ReportFacts[]]): TopicWords {
  const { say, name } = telling;
  return {
    ...institutionsWords(telling, reports, 'MEL_OFFICER'),
    subject: say('letter.notReported.subject.MEL_OFFICER', missingFrom(telling, reports)),
    list: {
      lead: null,
      entries: entriesOf(telling, reports, ({ institution, owed, missing, isReachable }) => ({
        text: say('letter.notReported.entry.MEL_OFFICER', {
          institution: name(institution.name),
          count: missing.length,
          owed,
          reachable: yesOrNo(isReachable),
        }),
        below: linesOf(telling, missing, (checkIn) => commitmentLine(telling, checkIn)),
      })),
    },
  };
}

/** To the steering committee, which is only told. */
export function steeringWords(telling: Telling, reports: readonly [ReportFacts, ...ReportFacts[]]): TopicWords {
  const { topic, say, name, apart, day } = telling;
  return {
    ...institutionsWords(telling, reports, 'STEERING'),
    subject: say('letter.notReported.subject.STEERING', {
      count: reports.length,
      period: apart(reports[0].period.key),
      date: day(topic.day),
    }),
    list: {
      lead: null,
      entries: entriesOf(telling, reports, ({ institution, owed, missing }) => ({
        text: say('letter.notReported.entry.STEERING', {
          institution: name(institution.name),
          count: missing.length,
          owed,
        }),
      })),
    },
  };
}

function institutionsWords(
  telling: Telling,
  reports: readonly [ReportFacts, ...ReportFacts[]],
  audience: 'MEL_OFFICER' | 'STEERING',
): Omit<TopicWords, 'subject' | 'list'> {
  const { say, day } = telling;
  const { period } = reports[0];
  return {
    heading: say('letter.notReported.heading', aboutPeriod(telling, period)),
    state: say('letter.notReported.state.OTHERS', {
      count: reports.length,
      due: day(period.dueOn),
      close: day(period.closesOn),
    }),
    ask: [say(`letter.notReported.ask.${audience}`)],
    button: null,
  };
}

/** To the MEL officer: who owes something and cannot be reminded. */
export function unreachableWords(telling: Telling, { period, institutions }: UnreachableFacts): TopicWords {
  const { say, name, day } = telling;
  const count = institutions.length;
  return {
    subject: say('letter.unreachable.subject', { count, date: day(period.dueOn) }),
    heading: say('letter.unreachable.heading', aboutPeriod(telling, period)),
    state: say('letter.unreachable.state', { due: day(period.dueOn) }),
    list: {
      lead: say('letter.unreachable.lead', { count }),
      entries: entriesOf(telling, institutions, (institution) => ({
        text: say(`letter.unreachable.entry.${institution.why}`, {
          institution: name(institution.name),
          count: institution.owed,
        }),
      })),
    },
    ask: [say('letter.unreachable.ask')],
    button: null,
  };
}

/** To the MEL officer: what was handed in and waits, the oldest first. */
export function reviewWords(telling: Telling, waiting: readonly [WaitingFacts, ...WaitingFacts[]]): TopicWords {
  const { topic, say, name, apart, day } = telling;
  const { period } = waiting[0];
  const since = { count: waiting.length, date: day(topic.day) };
  return {
    subject: say('letter.review.subject', { ...since, period: apart(period.key) }),
    heading: say('letter.review.heading', aboutPeriod(telling, period)),
    state: say('letter.review.state', since),
    list: {
      lead: null,
      entries: entriesOf(telling, waiting, (one) => ({
        text: say('letter.review.entry', {
          institution: name(one.institution.name),
          number: one.number,
          title: name(one.title),
          date: day(one.since),
        }),
      })),
    },
    ask: [say('letter.review.ask')],
    button: null,
  };
}

/** To the institution: what was sent back and waits, the oldest first. */
export function mendWords(telling: Telling, waiting: readonly [WaitingFacts, ...WaitingFacts[]]): TopicWords {
  const { topic, say, name, day, inSubject } = telling;
  const about = aboutInstitution(telling, waiting[0]);
  const since = { count: waiting.length, date: day(topic.day) };
  return {
    subject: say('letter.mend.subject', { ...since, institution: inSubject([waiting[0].institution.name]) }),
    heading: say('letter.report.heading', about),
    state: say('letter.mend.state', since),
    list: {
      lead: null,
      entries: entriesOf(telling, waiting, (one) => ({
        text: say('letter.mend.entry', { number: one.number, title: name(one.title), date: day(one.since) }),
      })),
    },
    ask: [say('letter.mend.ask')],
    button: say('letter.mend.button', about),
  };
}

const isReport = (facts: LetterFacts): facts is ReportFacts => facts.template === 'REPORT';

const yesOrNo = (is: boolean): string => (is ? 'yes' : 'no');

const aboutPeriod = ({ topic, name, apart }: Telling, { key }: LetterPeriod) => ({
  period: apart(key),
  plan: name(topic.plan.title),
});

const aboutInstitution = (
  telling: Telling,
  { institution, period }: { institution: LetterInstitution; period: LetterPeriod },
) => ({ ...aboutPeriod(telling, period), institution: telling.name(institution.name) });

/** How much is missing from whom since when, as a subject says it. */
const missingFrom = ({ topic, day, inSubject }: Telling, reports: readonly ReportFacts[]) => ({
  count: reports.reduce((sum, { missing }) => sum + missing.length, 0),
  date: day(topic.day),
  institution: inSubject(reports.map(({ institution }) => institution.name)),
});

function missingList(telling: Telling, { owed, missing }: ReportFacts): TopicWords['list'] {
  const { say, name } = telling;
  return {
    lead: say('letter.report.missing', { count: missing.length, owed }),
    entries: entriesOf(telling, missing, (checkIn) => {
      const entry = commitmentLine(telling, checkIn);
      return checkIn.milestones.length === 0
        ? { text: entry }
        : {
            text: say('letter.report.withMilestones', { entry }),
            below: linesOf(telling, checkIn.milestones, ({ number, title }) =>
              say('letter.report.milestone', { number, title: name(title) }),
            ),
          };
    }),
  };
}

function commitmentLine({ say, name }: Telling, { number, title, status }: MissingCheckIn): string {
  const known = status === 'DRAFT' || status === 'RETURNED' ? status : 'EXPECTED';
  return say(`letter.report.entry.${known}`, { number, title: name(title) });
}
