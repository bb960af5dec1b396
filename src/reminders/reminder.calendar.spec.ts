import { describe, expect, it } from '@jest/globals';
import ical, { type VEvent } from 'node-ical';
import {
  assessment,
  inLanguages,
  institutionOf,
  meeting,
  noMeeting,
  notReported,
  periodOf,
  planOf,
  report,
  unreachable,
  waiting,
} from '../../test/support/letters.js';
import { EXAMPLES, mailOf } from '../../test/support/letters-shown.js';
import { inEnglish } from '../../test/support/owing.js';
import type { LetterSection } from './reminder.letter.js';

const fileOf = (sections: readonly LetterSection[], language = 'en'): string => {
  const { calendar } = mailOf(sections, { language });
  if (!calendar) throw new Error('There is no calendar file.');
  return calendar;
};
/** As a parser reads it that did not write it. */
const read = (file: string): VEvent[] =>
  Object.values(ical.sync.parseICS(file)).filter((part): part is VEvent => part?.type === 'VEVENT');
const eventsIn = (sections: readonly LetterSection[], language = 'en'): VEvent[] => read(fileOf(sections, language));

describe('the calendar file of a letter', () => {
  it('has the due day as a day on which its reader stays free', () => {
    const [event, ...others] = eventsIn([report('works')]);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      uid: 'due-period-works@example.org',
      summary: 'Check-ins due: Institution works, 2024-Q2',
      description: 'Plan of Testville',
      datetype: 'date',
      transparency: 'TRANSPARENT',
      method: 'PUBLISH',
    });
    expect(fileOf([report('works')])).toContain('\r\nDTSTART;VALUE=DATE:20240714\r\n');
  });

  it.each(['en', 'fr', 'ar'])('is in the reader’s language (%s)', (language) => {
    const name = inLanguages({ en: 'Works', fr: 'Travaux', ar: 'الأشغال' });
    const [event] = eventsIn([report('works', { institution: institutionOf('works', name) })], language);
    expect(event?.summary).toBe(
      {
        en: 'Check-ins due: Works, 2024-Q2',
        fr: 'Points d’étape à remettre : Travaux, 2024-Q2',
        ar: 'موعد تسليم تقارير المتابعة: \u2068الأشغال\u2069، \u20682024-Q2\u2069',
      }[language],
    );
  });

  it('names an event as before when the day moves, and with a higher number', () => {
    const [before] = eventsIn([report('works', { stage: 'OPENED' })]);
    const [after] = eventsIn([report('works', { period: periodOf({ dueOn: '2024-07-21' }) })], 'fr');
    expect(after?.uid).toBe(before?.uid);
    expect(Number(after?.sequence)).toBeGreaterThan(Number(before?.sequence));
  });

  it.each([
    ['Asia/Amman', '2024-07-16', '2024-07-16T07:00:00.000Z'],
    ['Asia/Amman', '2024-01-16', '2024-01-16T07:00:00.000Z'],
    ['Europe/Paris', '2024-07-16', '2024-07-16T08:00:00.000Z'],
    ['Europe/Paris', '2024-01-16', '2024-01-16T09:00:00.000Z'],
    ['Pacific/Auckland', '2024-01-16', '2024-01-15T21:00:00.000Z'],
    ['Asia/Kathmandu', '2024-07-16', '2024-07-16T04:15:00.000Z'],
  ])('has a meeting at the instant when clocks in %s show its time on %s', (timeZone, day, instant) => {
    const [event] = eventsIn([meeting({ plan: planOf({ timeZone }), day })]);
    expect(event?.start.toISOString()).toBe(instant);
    expect(event).toMatchObject({
      uid: 'meeting-meeting@example.org',
      summary: 'Meeting: Complaints',
      location: 'Town hall, room 3',
      datetype: 'date-time',
      transparency: 'OPAQUE',
    });
  });

  it('has a meeting without a time on the whole day', () => {
    expect(fileOf([meeting({ time: null, place: null })])).toContain('\r\nDTSTART;VALUE=DATE:20240716\r\n');
  });

  it('has the due days of assessments, each as an event of its own', () => {
    const commitment = (number: number) => ({ number, title: inEnglish('x') });
    const events = eventsIn([
      assessment(),
      assessment({ kind: 'END_OF_COMMITMENT', commitment: commitment(1) }),
      assessment({ kind: 'END_OF_COMMITMENT', commitment: commitment(2) }),
    ]);
    expect(events.map(({ uid }) => uid)).toEqual([
      'assessment-plan@example.org',
      'assessment-plan-1@example.org',
      'assessment-plan-2@example.org',
    ]);
  });

  it('has what is told twice once', () => {
    expect(eventsIn([meeting(), meeting({ audience: 'COORDINATOR' })])).toHaveLength(1);
  });

  it('is left out, and not spoken of, when there is no day to come', () => {
    const sections = [
      report('works', { stage: 'OVERDUE' }),
      notReported('works', 'HEAD'),
      unreachable(),
      waiting('REVIEW', 'works'),
      waiting('MEND', 'works'),
      noMeeting(),
      assessment({ stage: 'OVERDUE' }),
    ];
    const { calendar, text } = mailOf(sections);
    expect(calendar).toBeNull();
    expect(text).not.toContain('calendar');
  });

  it('asks nobody for an answer', () => {
    const file = fileOf([report('works'), meeting(), assessment()]);
    expect(file).toContain('\r\nMETHOD:PUBLISH\r\n');
    expect(file).not.toMatch(/REQUEST|ATTENDEE|ORGANIZER/);
  });

  it.each(['en', 'fr', 'ar'])(
    'has lines of at most 75 bytes that end as they must, and no torn character (%s)',
    (language) => {
      const name = inEnglish('قياس الأثر 👩‍👩‍👧 '.repeat(20));
      const file = fileOf(
        [meeting({ group: name }), report('works', { institution: institutionOf('works', name) })],
        language,
      );
      expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n\ufffd]/);
      expect(file.endsWith('END:VCALENDAR\r\n')).toBe(true);
      expect(Math.max(...file.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
      expect(file.replaceAll('\r\n ', '')).toContain('قياس الأثر 👩‍👩‍👧 قياس');
    },
  );

  it('takes whatever is in a name as text', () => {
    const nasty = 'a;b,c\\d\r\nBEGIN:VALARM\r\nATTENDEE:mailto:x@example.org "q": \u202Ex';
    const name = inEnglish(nasty);
    const plan = planOf({ title: name });
    const sections = [
      meeting({ plan, group: name, place: nasty }),
      report('works', { plan, institution: institutionOf('works', name) }),
    ];
    const events = eventsIn(sections);
    const plain = 'a;b,c\\d BEGIN:VALARM ATTENDEE:mailto:x@example.org "q": x';
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({ summary: `Meeting: ${plain}`, location: plain, description: plain });
    expect(events.map((event) => [event.attendee, event.alarms])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  it.each(Object.keys(EXAMPLES))('is read without complaint (%s)', (name) => {
    const sections = EXAMPLES[name] ?? [];
    const { calendar } = mailOf(sections);
    for (const event of calendar ? read(calendar) : []) expect(event.start.getTime()).not.toBeNaN();
  });
});
