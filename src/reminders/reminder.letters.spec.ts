import { describe, expect, it } from '@jest/globals';
import {
  assessment,
  inLanguages,
  institutionOf,
  letterOf,
  meeting,
  meetingCancelled,
  missingOf,
  noMeeting,
  notReported,
  periodOf,
  planOf,
  report,
  unreachable,
  waiting,
} from '../../test/support/letters.js';
import { EXAMPLES, mailOf, messages } from '../../test/support/letters-shown.js';
import { inEnglish } from '../../test/support/owing.js';
import { answersGoTo, threadOf } from './reminder.letters.js';
import { ReminderAudience, ReminderStage } from './reminder.vocabulary.js';

const LANGUAGES = ['en', 'fr', 'ar'] as const;
const ISOLATES = /[\u2068\u2069]/g;
const kinds = Object.entries(EXAMPLES).flatMap(([name, sections]) =>
  LANGUAGES.map((language) => ({ name, language, sections })),
);
/** What a reader sees of the HTML part: not the hidden line for inboxes, nor what is for old programs alone. */
const shownIn = (html: string): string =>
  html
    .slice(html.indexOf('<body'))
    .replace(/<div style="display:none[^>]*>[^<]*<\/div>/, '')
    .replace(/<!--.*?-->/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
const linesOf = (text: string): string[] => text.split('\n');

describe('a letter of any kind', () => {
  it.each(kinds)(
    'says in both of its parts the same words in the same order ($name, $language)',
    ({ sections, language }) => {
      const words = (text: string) => text.split(/\s+/).filter((word) => word !== '' && word !== '-');
      const { html, text } = mailOf(sections, { language });
      expect(words(shownIn(html))).toEqual(words(text));
    },
  );

  it.each(kinds)('is in one language, and leaves no placeholder ($name, $language)', ({ sections, language }) => {
    const mail = mailOf(sections, { language });
    expect(mail.language).toBe(language);
    expect(mail.html).toContain(`<html lang="${language}" dir="${language === 'ar' ? 'rtl' : 'ltr'}"`);
    expect(mail.subject + mail.text).not.toMatch(/[{}]|undefined|null|NaN|@@|\[\[/);
    expect(mail.html).not.toMatch(/\{\{|undefined|NaN|@@|\[\[/);
  });

  it.each(kinds)('is the same bytes every time ($name, $language)', ({ sections, language }) => {
    expect(mailOf(sections, { language })).toEqual(mailOf(structuredClone(sections), { language }));
  });

  it.each(kinds)(
    'says by when or since when in its subject, with the weekday ($name, $language)',
    ({ sections, language }) => {
      expect(mailOf(sections, { language }).subject).toMatch(
        /\b(Sun|Mon|Tues|Wednes)day\b|\b(dimanche|lundi|mardi|mercredi)\b|(الأحد|الاثنين|الثلاثاء|الأربعاء)/,
      );
    },
  );

  it.each(kinds)(
    'shows beside its subject how things stand, and nothing of it twice in the text ($name, $language)',
    ({ sections, language }) => {
      const { html, text } = mailOf(sections, { language });
      const [, hidden = ''] = /<div style="display:none[^>]*>([^<]*)<\/div>/.exec(html) ?? [];
      expect(hidden.length).toBeGreaterThan(20);
      const states = hidden.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
      expect(linesOf(text).filter((line) => line !== '' && states.startsWith(line))).toHaveLength(1);
    },
  );

  it.each(LANGUAGES)('greets somebody without a name (%s)', (language) => {
    expect(mailOf([report('works')], { language, name: null }).text).toContain(
      messages.say(language, 'letter.greetingNameless'),
    );
  });

  it('is in English for a reader of a language without texts, and in French for one of Canadian French', () => {
    expect(mailOf([report('works')], { language: 'de' })).toMatchObject({ language: 'en' });
    expect(mailOf([report('works')], { language: 'fr-CA' })).toMatchObject({ language: 'fr' });
  });

  it('takes texts in the reader’s language, else in the plan’s own', () => {
    const institution = institutionOf('works', inLanguages({ en: 'Public works', fr: 'Travaux publics' }));
    const { text } = mailOf([report('works', { institution })], { language: 'fr' });
    expect(text).toContain('Travaux publics : période de suivi 2024-Q2 — Plan of Testville');
  });

  it('is long enough for everything of a hundred commitments, and short enough to be shown whole', () => {
    const milestones = Array.from({ length: 5 }, (_, at) => ({ number: at + 1, title: inEnglish('m'.repeat(60)) }));
    const missing = Array.from({ length: 130 }, (_, at) =>
      missingOf(at + 1, { title: inEnglish('t'.repeat(60)), milestones }),
    );
    const { text, html } = mailOf([report('works', { owed: 130, missing })]);
    expect(text).toContain('  - Commitment 100: ');
    expect(text).not.toContain('Commitment 101');
    expect(text).toContain('  - and 30 more\n');
    expect(html.length).toBeLessThan(102_000);
  });

  it.each(LANGUAGES)('can be written for every stage and audience that a rule may name (%s)', (language) => {
    for (const [section] of [
      ...Object.values(EXAMPLES),
      [noMeeting()],
      [meetingCancelled()],
      [unreachable()],
      [waiting('REVIEW', 'works')],
    ])
      for (const stage of Object.keys(ReminderStage) as ReminderStage[])
        for (const audience of Object.keys(ReminderAudience) as ReminderAudience[])
          expect(mailOf(section ? [{ ...section, stage, audience }] : [], { language }).subject).not.toBe('');
  });

  it('lists at most twenty commitments below an institution, and counts the others', () => {
    const { text } = mailOf([notReported('works', 'MEL_OFFICER', { count: 23 })]);
    expect(text).toContain('      - Commitment 20: Title 20\n      - and 3 more\n');
  });

  it('takes little enough time that thousands can be written in a second', () => {
    const letters = 500;
    const write = () => {
      const before = process.cpuUsage();
      for (let at = 0; at < letters; at++) mailOf(EXAMPLES['opened'] ?? [], { language: 'ar', name: `Reader ${at}` });
      const { user, system } = process.cpuUsage(before);
      return (user + system) / letters;
    };
    // About 150 microseconds; formats of dates or sentences made anew for each letter would take some thousand.
    expect(Math.min(write(), write(), write())).toBeLessThan(1000);
  });

  it('that speaks of nothing is a mistake of ours', () => {
    expect(() => mailOf([])).toThrow('A letter without sections says nothing.');
  });
});

describe('a report that is asked for', () => {
  const missing = [
    missingOf(1),
    missingOf(2, {
      status: 'DRAFT',
      milestones: [3, 4].map((number) => ({ number, title: inEnglish(`Step ${number}`) })),
    }),
    missingOf(5, { status: 'RETURNED' }),
  ];
  const mail = mailOf([report('works', { owed: 5, missing, reportPath: '/report/secret' })]);

  it('says in its subject by when, how many and who', () => {
    expect(mail.subject).toBe('Please report by Sunday, July 14, 2024: 3 check-ins missing from Institution works');
  });

  it('lists exactly what is missing: the begun as begun, the returned as sent back, milestones that nothing is said of', () => {
    expect(mail.text).toContain(
      [
        'Dear Salma,',
        '',
        'Institution works: reporting period 2024-Q2 — Plan of Testville',
        '',
        'Check-ins are due by the end of Sunday, July 14, 2024.',
        '',
        'Report now: Institution works, 2024-Q2',
        'http://mithaq.example.org/report/secret?language=en',
        '',
        '3 check-ins of 5 are missing:',
        '  - Commitment 1: Title 1',
        '  - Commitment 2: Title 2 (begun, not handed in). Nothing is said yet about:',
        '      - Milestone 3: Step 3',
        '      - Milestone 4: Step 4',
        '  - Commitment 5: Title 5 (sent back, to be mended)',
      ].join('\n'),
    );
  });

  it.each<[ReminderStage, string, string]>([
    ['OPENED', '1 check-in for Institution works, due Sunday, July 14, 2024', 'has opened'],
    ['DUE_TODAY', 'Due today, Sunday, July 14, 2024: 1 check-in missing', 'due today, by the end of'],
    ['OVERDUE', 'Overdue since Sunday, July 14, 2024: 1 check-in', 'until the end of Wednesday, August 14, 2024'],
  ])('says how things stand when it is %s', (stage, subject, state) => {
    const { subject: actual, text } = mailOf([report('works', { stage })]);
    expect(actual).toContain(subject);
    expect(text).toContain(state);
  });

  it.each(LANGUAGES)('has one button for each institution and period, in the reader’s language (%s)', (language) => {
    const { html, text } = mailOf(
      [
        report('works', { reportPath: '/report/a' }),
        report('parks', { reportPath: '/report/b' }),
        report('roads', { reportPath: '/report/c', period: periodOf({ id: 'other', key: '2024-Q1' }) }),
      ],
      { language },
    );
    for (const path of ['a', 'b', 'c']) {
      const url = `http://mithaq.example.org/report/${path}?language=${language}`;
      expect(html.split(`href="${url}"`)).toHaveLength(3);
      expect(linesOf(text)).toContain(url);
    }
    expect(html.match(/class="button"/g)).toHaveLength(3);
  });

  it('has no button before there is an address to go to, and then says nothing of one', () => {
    const { html, text } = mailOf([report('works')]);
    expect(html).not.toContain('class="button"');
    expect(text).not.toContain('button');
  });
});

describe('a letter about several things', () => {
  const soon = report('parks', { count: 3, period: periodOf({ dueOn: '2024-07-28' }) });

  it('speaks in its subject of the most urgent alone, and counts only what that is true of', () => {
    const { subject, text } = mailOf([
      report('parks', { stage: 'OPENED', count: 3 }),
      report('works', { stage: 'OVERDUE', count: 2 }),
      waiting('REVIEW', 'works'),
      meeting(),
    ]);
    expect(subject).toBe('Overdue since Sunday, July 14, 2024: 2 check-ins missing from Institution works');
    expect(text).toContain('Institution parks: reporting period');
  });

  it('puts what is most urgent first, and among equals what is due first', () => {
    const { text } = mailOf([
      unreachable({ institutions: [{ ...institutionOf('works'), owed: 1, why: 'NO_ADDRESS' }] }),
      soon,
      report('works'),
      report('roads', { stage: 'OVERDUE' }),
    ]);
    const headings = linesOf(text).filter((line) => line.endsWith(' — Plan of Testville'));
    expect(headings.map((line) => line.split(':')[0])).toEqual([
      'Institution roads',
      'Institution works',
      'Institution parks',
      'Institutions that no reminder reaches',
    ]);
  });

  it('names every institution that the subject is true of, and counts those beyond the second', () => {
    const names = (count: number) =>
      mailOf(Array.from({ length: count }, (_, at) => report(String(at + 1), { count: 2 }))).subject.split('from ')[1];
    expect(names(2)).toBe('Institution 1 and Institution 2');
    expect(names(3)).toBe('Institution 1, Institution 2, and Institution 3');
    expect(names(4)).toBe('Institution 1, Institution 2 and 2 others');
  });

  it('names an institution once that owes something in two plans', () => {
    const { subject } = mailOf([report('works'), report('works', { plan: planOf({ id: 'other' }) })]);
    expect(subject).toContain('2 check-ins missing from Institution works');
  });

  it('says why the reader gets it for every role that they have in it, once', () => {
    const { text } = mailOf([report('works'), report('parks'), meeting()]);
    expect(linesOf(text).filter((line) => line.startsWith('You receive this mail'))).toEqual([
      'You receive this mail because you are a focal point for reporting on the plan.',
      'You receive this mail because your institution is a member of the working group.',
    ]);
  });
});

describe('what was not reported', () => {
  it('is told to the head of the institution, with who was asked before', () => {
    const [reached, unreached] = [true, false].map((isReachable) =>
      mailOf([notReported('works', 'HEAD', { owed: 5, count: 3, isReachable })]),
    );
    expect(reached?.subject).toBe('Overdue since Sunday, July 14, 2024: 3 check-ins missing from Institution works');
    expect(reached?.text).toContain('Reminders to its focal points have brought no answer.');
    expect(unreached?.text).toContain('It has no focal point that mail reaches.');
    expect(reached?.text).toContain('3 check-ins of 5 are missing:\n  - Commitment 1: Title 1\n');
  });

  it('is told to the MEL officer under one heading, with whether each can be reached and what it lacks', () => {
    const { subject, text } = mailOf([
      notReported('works', 'MEL_OFFICER', { owed: 5, count: 1 }),
      notReported('parks', 'MEL_OFFICER', { count: 2, isReachable: false }),
    ]);
    expect(subject).toBe(
      'Please follow up: 3 check-ins of Institution works and Institution parks overdue since Sunday, July 14, 2024',
    );
    expect(text).toContain(
      [
        '  - Institution works: one check-in of 5 is missing. Mail reaches its focal points, but they have not answered.',
        '      - Commitment 1: Title 1',
        '  - Institution parks: 2 check-ins of 2 are missing. No mail reaches it: none of its focal points has an address that works.',
        '      - Commitment 1: Title 1',
        '      - Commitment 2: Title 2',
      ].join('\n'),
    );
  });

  it('is told to the steering committee as counts alone, and asks nothing of it', () => {
    const { subject, text } = mailOf([
      notReported('works', 'STEERING', { owed: 5, count: 1 }),
      notReported('parks', 'STEERING', { count: 2, isReachable: false }),
    ]);
    expect(subject).toBe('2 institutions have check-ins for 2024-Q2 overdue since Sunday, July 14, 2024');
    expect(text).toContain(
      '  - Institution works: one check-in of 5 is missing\n  - Institution parks: 2 check-ins of 2 are missing\n',
    );
    expect(text).not.toContain('Commitment');
    expect(text).toContain('nothing is asked of you');
  });

  it('stands apart for an institution that had more time', () => {
    const { text } = mailOf([
      notReported('works', 'STEERING'),
      notReported('parks', 'STEERING', { period: periodOf({ dueOn: '2024-07-21' }) }),
    ]);
    expect(text.match(/One institution has not handed in all that was due on/g)).toHaveLength(2);
  });

  const url = 'http://mithaq.example.org/unsubscribe/x';
  it('can be stopped by whoever is only told', () => {
    const { text, html } = mailOf([notReported('works', 'STEERING')], {}, { unsubscribeUrl: url });
    expect(text).toContain(`To receive no more mails of this kind: ${url}\n`);
    expect(html).toContain(`href="${url}"`);
  });

  it('cannot be stopped by whoever is asked to do something', () => {
    const about = { unsubscribeUrl: url };
    expect(mailOf([notReported('works', 'HEAD')], {}, about).text).not.toContain(url);
    expect(mailOf([notReported('works', 'STEERING'), report('works')], {}, about).text).not.toContain(url);
    expect(mailOf([notReported('works', 'STEERING')]).text).not.toContain('no more mails');
  });
});

describe('institutions that no reminder reaches', () => {
  const { subject, text } = mailOf([
    unreachable({
      institutions: [
        { ...institutionOf('works'), owed: 5, why: 'NO_FOCAL_POINT' },
        { ...institutionOf('parks'), owed: 1, why: 'NO_ADDRESS' },
        { ...institutionOf('roads'), owed: 2, why: 'UNDELIVERABLE' },
      ],
    }),
  ]);

  it('are listed with what they owe, why, and what to do', () => {
    expect(subject).toBe('No reminder can reach 3 institutions; check-ins are due by Sunday, July 14, 2024');
    expect(text).toContain(
      [
        '3 institutions owe check-ins and cannot be reminded:',
        '  - Institution works (5 check-ins): the plan names no focal point',
        '  - Institution parks (1 check-in): no address of its focal point is known',
        '  - Institution roads (2 check-ins): mail to its focal point comes back',
        '',
        'Please find out who reports there',
      ].join('\n'),
    );
  });
});

describe('check-ins that wait', () => {
  it('for the MEL officer stand in one list of the period, the oldest first', () => {
    const { subject, text } = mailOf([
      waiting('REVIEW', 'works', { number: 3, since: '2024-07-11' }),
      waiting('REVIEW', 'parks', { number: 1, since: '2024-07-08' }),
      waiting('REVIEW', 'works', { number: 2, since: '2024-07-10' }),
    ]);
    expect(subject).toBe('3 check-ins for 2024-Q2 have waited for your review, the oldest since Monday, July 8, 2024');
    expect(linesOf(text).filter((line) => line.startsWith('  - '))).toEqual([
      '  - Institution parks, commitment 1: Title 1 (handed in on Monday, July 8, 2024)',
      '  - Institution works, commitment 2: Title 2 (handed in on Wednesday, July 10, 2024)',
      '  - Institution works, commitment 3: Title 3 (handed in on Thursday, July 11, 2024)',
    ]);
  });

  it('for their agency stand in one list of the institution, with the button to the form', () => {
    const { subject, text } = mailOf([
      waiting('MEND', 'works', { number: 3, since: '2024-07-11', reportPath: '/report/a' }),
      waiting('MEND', 'works', { number: 1, since: '2024-07-10', reportPath: '/report/a' }),
      waiting('MEND', 'parks', { number: 1, since: '2024-07-12', reportPath: '/report/b' }),
    ]);
    expect(subject).toBe('Sent back, waiting since Wednesday, July 10, 2024: 2 check-ins of Institution works');
    expect(text).toContain(
      '  - Commitment 1: Title 1 (sent back on Wednesday, July 10, 2024)\n  - Commitment 3: Title 3 (sent back on Thursday, July 11, 2024)\n',
    );
    expect(text.match(/^Mend now: .*\nhttp.*$/gm)).toEqual([
      'Mend now: Institution works, 2024-Q2\nhttp://mithaq.example.org/report/a?language=en',
      'Mend now: Institution parks, 2024-Q2\nhttp://mithaq.example.org/report/b?language=en',
    ]);
  });
});

describe('a meeting', () => {
  it('is told with its day, time and place', () => {
    const { subject, text } = mailOf([meeting()]);
    expect(subject).toBe('Meeting on Tuesday, July 16, 2024 at 10:00: Complaints');
    expect(text).toContain('The working group meets on Tuesday, July 16, 2024 at 10:00, local time.');
    expect(text).toContain('Place: Town hall, room 3');
  });

  it('is told to be open where it is, and whoever coordinates is asked to settle it', () => {
    const open = { time: null, place: null };
    const [member, coordinator] = (['WORKING_GROUP', 'COORDINATOR'] as const).map((audience) =>
      mailOf([meeting({ ...open, audience })]),
    );
    expect(member?.subject).toBe('Meeting on Tuesday, July 16, 2024: Complaints');
    expect(member?.text).toContain('The time is not settled yet.\n\nThe place is not settled yet.');
    expect(member?.text).not.toContain('Please settle');
    expect(coordinator?.text).toContain('Please settle what is still open');
  });

  it('that is cancelled is told with its reason, on one line, and without a time that was never settled', () => {
    const { subject, text } = mailOf([meetingCancelled({ why: 'A strike.\nBcc: x@example.org' })]);
    expect(subject).toBe('Meeting on Tuesday, July 16, 2024 at 10:00 cancelled: Complaints');
    expect(text).toContain('planned for Tuesday, July 16, 2024 at 10:00, local time, does not take place.');
    expect(text).toContain('Why: A strike. Bcc: x@example.org');
    const open = mailOf([meetingCancelled({ time: null })], { language: 'fr' });
    expect(open.subject).toBe('Réunion du mardi 16 juillet 2024 annulée : Complaints');
    expect(open.text).toContain('prévue le mardi 16 juillet 2024 n’aura pas lieu.');
  });

  it('is told once to whoever is a member and coordinates', () => {
    const open = meeting({ time: null, place: null });
    const { text } = mailOf([open, { ...open, audience: 'COORDINATOR' }]);
    expect(text.match(/Working group meeting:/g)).toHaveLength(1);
    expect(text).toContain('Please settle what is still open');
    expect(text).toContain('because your institution coordinates');
    expect(text).toContain('because your institution is a member');
  });

  it('that is not planned is asked for, for all groups of a period together', () => {
    const { subject, text } = mailOf([noMeeting(), noMeeting({ group: inEnglish('Budget') })]);
    expect(subject).toBe('Please plan a meeting by Monday, September 30, 2024: Complaints and Budget');
    expect(text).toContain('These 2 working groups have no meeting in it yet:\n  - Complaints\n  - Budget\n');
  });
});

describe('an assessment', () => {
  it.each<[ReminderStage, string]>([
    ['DUE_SOON', 'Due by Monday, April 8, 2024: inception assessment of Plan of Testville'],
    ['DUE_TODAY', 'Due today, Monday, April 8, 2024: inception assessment of Plan of Testville'],
    ['OVERDUE', 'Overdue since Monday, April 8, 2024: inception assessment of Plan of Testville'],
  ])('of the whole plan says how it stands when it is %s', (stage, subject) => {
    expect(mailOf([assessment({ stage })]).subject).toBe(subject);
  });

  it('of several commitments that are due on one day is asked for once', () => {
    const end = (number: number) =>
      assessment({ kind: 'END_OF_COMMITMENT', commitment: { number, title: inEnglish(`Title ${number}`) } });
    const { subject, text } = mailOf([end(3), end(1)]);
    expect(subject).toBe('Due by Monday, April 8, 2024: final assessment of commitments 1 and 3 — Plan of Testville');
    expect(text).toContain(
      'These 2 commitments wait to be assessed:\n  - Commitment 1: Title 1\n  - Commitment 3: Title 3\n',
    );
  });
});

describe('a letter in Arabic', () => {
  const inArabic = (count: number, stage: ReminderStage = 'DUE_SOON') =>
    mailOf([report('works', { stage, count })], { language: 'ar' });

  it('writes the date with its weekday and the month as Jordan calls it', () => {
    expect(inArabic(1).subject).toContain('الأحد، 14 تموز 2024');
    const { subject } = mailOf([report('works', { plan: planOf({ country: 'EG' }) })], { language: 'ar' });
    expect(subject).toContain('الأحد، 14 يوليو 2024');
  });

  it.each([
    [0, 'لا تقارير متابعة', 'لا ينقص أي تقرير', 'لا مؤسسات'],
    [1, 'تقرير متابعة واحد', 'ينقص تقرير واحد', 'مؤسسة واحدة'],
    [2, 'تقريرا متابعة', 'ينقص تقريران', 'مؤسستان'],
    [3, '3 تقارير متابعة', 'تنقص 3 تقارير', '3 مؤسسات'],
    [11, '11 تقرير متابعة', 'ينقص 11 تقريراً', '11 مؤسسة'],
    [100, '100 تقرير متابعة', 'ينقص 100 تقرير', '100 مؤسسة'],
  ])('counts %i as Arabic does', (count, inSubject, inList, institutions) => {
    for (const stage of ['OPENED', 'DUE_SOON', 'DUE_TODAY', 'OVERDUE'] as const) {
      const mail = inArabic(count, stage);
      expect(mail.subject).toContain(`${inSubject} من `);
      expect(mail.text).toContain(`${inList} من أصل ${count}:`);
    }
    const those = Array.from({ length: count }, (_, at) => notReported(String(at), 'STEERING'));
    if (count > 0) expect(mailOf(those, { language: 'ar' }).subject).toContain(institutions);
  });

  it.each(Object.keys(EXAMPLES))('writes all numbers with the same digits (%s)', (name) => {
    const { subject, text, html, calendar } = mailOf(EXAMPLES[name] ?? [], { language: 'ar' });
    expect(subject + text + html + (calendar ?? '')).not.toMatch(/[٠-٩۰-۹]/);
  });

  it('isolates names and keys, so that each is read in its own direction', () => {
    expect(inArabic(1).text).toContain('\u2068Institution works\u2069: فترة الإبلاغ \u20682024-Q2\u2069 — ');
  });

  it('leaves nothing beside an address that a program could take for a part of it', () => {
    const about = { unsubscribeUrl: 'http://mithaq.example.org/unsubscribe/x' };
    const { text } = mailOf([notReported('works', 'STEERING')], { language: 'ar' }, about);
    expect(text).toMatch(/ http:\/\/mithaq\.example\.org\n$/);
    expect(text).toMatch(/ http:\/\/mithaq\.example\.org\/unsubscribe\/x\n/);
  });
});

describe('a letter in English', () => {
  it('has no marks that its reader needs not', () => {
    const { subject, text, calendar } = mailOf(EXAMPLES['overdue'] ?? []);
    expect(subject + text + (calendar ?? '')).not.toMatch(ISOLATES);
  });

  it('isolates an Arabic name, so that it does not turn the sentence', () => {
    const institution = institutionOf('works', inLanguages({ ar: 'وحدة العلاقات العامة' }));
    const { subject } = mailOf([report('works', { institution, plan: planOf({ language: 'ar' }) })]);
    expect(subject).toMatch(/missing from \u2068وحدة العلاقات العامة\u2069$/);
  });
});

describe('a letter, as to where answers go,', () => {
  const orphan = report('works', { plan: planOf({ id: 'orphan', replyTo: null }) });
  const promise = (language: string) => messages.say(language, 'letter.answers');

  it.each(LANGUAGES)('promises that they reach the MEL officer when they do (%s)', (language) => {
    const { text, html } = mailOf([report('works')], { language });
    expect(text).toContain(promise(language));
    expect(shownIn(html)).toContain(promise(language));
  });

  it.each(LANGUAGES)('says so when no MEL officer has an address (%s)', (language) => {
    const { text } = mailOf([orphan], { language }, { replyTo: null });
    expect(text).not.toContain(promise(language));
    expect(text).toContain(messages.say(language, 'letter.noAnswers'));
  });

  it('promises nothing that holds for one of its plans only, or was not so when it was queued', () => {
    const both = [report('works'), orphan];
    expect(answersGoTo(letterOf(both))).toBe('mel@example.org');
    expect(mailOf(both).text).not.toContain(promise('en'));
    expect(mailOf([report('works')], {}, { replyTo: null }).text).not.toContain(promise('en'));
    expect(mailOf([report('works')], {}, { replyTo: 'former@example.org' }).text).not.toContain(promise('en'));
  });

  it('does not tell the MEL officer that they answer themselves', () => {
    const { text } = mailOf([waiting('REVIEW', 'works')], { address: 'mel@example.org' });
    expect(text).not.toContain('answer');
  });

  it('names the MEL officers of all its plans, each once', () => {
    const plans = ['a', 'b', 'a'].map((key) =>
      report(key, { plan: planOf({ id: key, replyTo: `${key}@example.org` }) }),
    );
    expect(answersGoTo(letterOf(plans))).toBe('a@example.org, b@example.org');
    expect(answersGoTo(letterOf([orphan]))).toBeNull();
  });
});

describe('the thread of a letter', () => {
  it('is that of its first period, else of its meeting; an assessment has none', () => {
    expect(threadOf(letterOf([meeting(), report('works')]))).toBe('period-period');
    expect(threadOf(letterOf([meeting()]))).toBe('meeting-meeting');
    expect(threadOf(letterOf([assessment()]))).toBeNull();
  });
});

describe('names that somebody entered', () => {
  const nasty =
    '</h2><script>alert(1)</script> "O’Neill & Söhne" \'x\' ${1} `y` 👩‍👩‍👧 \u202Eevil\u202C\r\nBcc: all@example.org\u2028next\nBEGIN:VEVENT';
  const lettersWith = (text: string) => {
    const name = inEnglish(text);
    const institution = institutionOf('works', name);
    const plan = planOf({ title: name });
    const missing = [missingOf(1, { title: name, status: 'DRAFT', milestones: [{ number: 1, title: name }] })];
    return [
      report('works', { plan, institution, missing, owed: 1, reportPath: '/report/a' }),
      notReported('works', 'HEAD', { plan, institution, missing }),
      notReported('works', 'MEL_OFFICER', { plan, institution, missing }),
      notReported('works', 'STEERING', { plan, institution, missing }),
      unreachable({ plan, institutions: [{ ...institution, owed: 1, why: 'NO_ADDRESS' }] }),
      waiting('REVIEW', 'works', { plan, institution, title: name }),
      waiting('MEND', 'works', { plan, institution, title: name }),
      meeting({ plan, group: name, place: text, time: '10:00' }),
      noMeeting({ plan, group: name }),
      assessment({ plan, kind: 'END_OF_COMMITMENT', commitment: { number: 1, title: name } }),
    ];
  };
  const each = lettersWith('x').flatMap((section, at) =>
    LANGUAGES.map((language) => ({ template: `${section.facts.template} ${section.audience}`, language, at })),
  );
  const pair = (at: number, language: string) =>
    [nasty, 'x'].map((text) => mailOf(lettersWith(text).slice(at, at + 1), { language, name: text })) as [
      ReturnType<typeof mailOf>,
      ReturnType<typeof mailOf>,
    ];

  it.each(each)('stay text in the HTML part ($template, $language)', ({ at, language }) => {
    const [{ html }, harmless] = pair(at, language);
    const tags = (markup: string) =>
      (markup.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/\saria-label="[^"]*"/, ''));
    expect(html).not.toContain('<script');
    expect(tags(html)).toEqual(tags(harmless.html));
    expect(html).toContain(
      '&#60;script&#62;alert(1)&#60;/script&#62; &#34;O’Neill &#38; Söhne&#34; &#39;x&#39; ${1} &#96;y&#96; 👩‍👩‍👧',
    );
  });

  it.each(each)('make nothing longer than a line ($template, $language)', ({ at, language }) => {
    const [{ subject, text, calendar }, harmless] = pair(at, language);
    expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    expect(text).not.toMatch(/^\s*(Bcc|next|BEGIN)|\u2028|\r/m);
    expect(linesOf(text)).toHaveLength(linesOf(harmless.text).length);
    expect(calendar?.match(/^BEGIN:VEVENT/gm)).toEqual(harmless.calendar?.match(/^BEGIN:VEVENT/gm));
  });

  it.each(each)('cannot turn the direction of what follows ($template, $language)', ({ at, language }) => {
    const [{ subject, text, html, calendar }] = pair(at, language);
    expect(subject + text + html + (calendar ?? '')).not.toMatch(/[\u202a-\u202e\u2066\u2067]/);
  });

  it('are not taken for placeholders of our sentences', () => {
    const institution = institutionOf('works', inEnglish('{date} # {count, plural, other {x}} {{text}}'));
    const { subject, html } = mailOf([report('works', { institution })]);
    expect(subject).toContain('{date} # {count, plural, other {x}} {{text}}');
    expect(html).toContain('{date} # {count, plural, other {x}} {{text}}');
  });

  it('are cut in the subject when they are very long, between whole characters, and whole below', () => {
    const { subject, text } = mailOf([
      report('works', { institution: institutionOf('works', inEnglish('👩'.repeat(5000))) }),
    ]);
    expect(subject).toContain(`${'👩'.repeat(59)}…`);
    expect(subject.length).toBeLessThan(250);
    expect(text).toContain('👩'.repeat(5000));
  });
});
