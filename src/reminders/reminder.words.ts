import type { LetterFacts } from './reminder.letter.js';
import {
  headWords,
  mendWords,
  officerWords,
  reportWords,
  reviewWords,
  steeringWords,
  unreachableWords,
} from './reminder.filing-words.js';
import { assessmentWords, meetingCancelledWords, meetingWords, noMeetingWords } from './reminder.meeting-words.js';
import type { Telling, TopicWords } from './reminder.telling.js';

/** Which words a topic is told with. Where several facts share a heading, all are of one template. */
export function wordsOf(telling: Telling): TopicWords {
  const { facts, audiences } = telling.topic;
  const [first] = facts;
  if (first === undefined) throw new Error('A topic without facts says nothing.');
  switch (first.template) {
    case 'REPORT':
      return reportWords(telling, first);
    case 'NOT_REPORTED':
      if (audiences.includes('HEAD')) return headWords(telling, first);
      return (audiences.includes('STEERING') ? steeringWords : officerWords)(telling, allLike(first, facts));
    case 'UNREACHABLE':
      return unreachableWords(telling, first);
    case 'REVIEW':
      return reviewWords(telling, allLike(first, facts));
    case 'MEND':
      return mendWords(telling, allLike(first, facts));
    case 'MEETING':
      return meetingWords(telling, first);
    case 'MEETING_CANCELLED':
      return meetingCancelledWords(telling, first);
    case 'NO_MEETING':
      return noMeetingWords(telling, allLike(first, facts));
    case 'ASSESSMENT':
      return assessmentWords(telling, allLike(first, facts));
  }
}

const allLike = <Facts extends LetterFacts>(
  first: Facts,
  all: readonly LetterFacts[],
): readonly [Facts, ...Facts[]] => [
  first,
  ...all.slice(1).filter((facts): facts is Facts => facts.template === first.template),
];
