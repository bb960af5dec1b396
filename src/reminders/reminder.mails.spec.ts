import { describe, expect, it } from '@jest/globals';
import { inEnglish, owing } from '../../test/support/owing.js';
import ar from '../messages/ar.json' with { type: 'json' };
import en from '../messages/en.json' with { type: 'json' };
import fr from '../messages/fr.json' with { type: 'json' };
import { Messages } from '../platform/i18n/messages.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import type { MailContent } from '../platform/mail/mail.js';
import { answersGoTo, reminderMail } from './reminder.mails.js';
import type { Digest, Owing } from './reminder.planning.js';
import type { ReminderStage } from './reminder.stages.js';

const messages = new Messages({ en, fr, ar }, 'en');
const NEVER = new Date(0);
const ISOLATES = /[\u2068\u2069]/g;

type About = { stage?: ReminderStage; owing: Owing };

const mailTo = (
  about: readonly About[],
  more: Partial<Digest> = {},
  replyTo: string | null = 'mel@example.org',
): MailContent =>
  reminderMail(
    messages,
    {
      address: 'works@example.org',
      name: 'Salma',
      language: 'en',
      sections: about.map(({ stage = 'DUE_SOON', owing: what }) => ({
        owing: what,
        stage,
        settles: [stage],
        until: what.dueBefore,
      })),
      ...more,
    },
    'http://mithaq.example.org',
    replyTo,
  );

describe('a reminder, as to where answers go,', () => {
  const PROMISE = 'your answer reaches';
  const orphan = owing('works', { replyTo: null, planKey: 'orphan-2024' });

  it('promises that they reach the MEL officer when they do', () => {
    expect(mailTo([{ owing: owing('works') }]).text).toContain(PROMISE);
  });

  it.each(['en', 'fr', 'ar'])('in %s promises nothing when no MEL officer has an address', (language) => {
    const [with_, without] = [
      mailTo([{ owing: owing('works') }], { language }),
      mailTo([{ owing: orphan }], { language }, null),
    ];
    expect(with_.text).toContain(messages.say(language, 'reminder.howTo'));
    for (const part of [without.text, without.html]) {
      expect(part).not.toContain(messages.say(language, 'reminder.howTo'));
      expect(part).toContain(messages.say(language, 'reminder.howToOnly'));
    }
  });

  it('promises nothing that holds for one of its plans only, or was not so when it was queued', () => {
    const about = [{ owing: owing('works') }, { owing: orphan }];
    expect(
      answersGoTo({ sections: about.map((one) => ({ ...one, stage: 'OPENED', settles: [], until: NEVER })) }),
    ).toBe('mel@example.org');
    expect(mailTo(about).text).not.toContain(PROMISE);
    expect(mailTo([{ owing: owing('works') }], {}, null).text).not.toContain(PROMISE);
    expect(mailTo([{ owing: owing('works') }], {}, 'former@example.org').text).not.toContain(PROMISE);
  });
});

const inLanguages = (texts: Record<string, string>): LocalizedText =>
  Object.fromEntries(
    Object.entries(texts).map(([language, text]) => [language, { text, origin: 'ORIGINAL' as const }]),
  );

describe('a reminder in English', () => {
  const { missing } = owing('works', { count: 3 });
  const mail = mailTo([
    {
      owing: owing('works', {
        owed: 5,
        missing: missing.map((item) => (item.number === 2 ? { ...item, status: 'DRAFT' as const } : item)),
      }),
    },
  ]);

  it('says in its subject by when, how many and who', () => {
    expect(mail.subject).toBe('Please report by Sunday, July 14, 2024: 3 check-ins missing from Institution works');
  });

  it('lists exactly what is missing, the begun as begun', () => {
    expect(mail.text).toContain(
      [
        'Dear Salma,',
        '',
        'Institution works: reporting period 2024-Q2 — Plan of Testville',
        '',
        'Check-ins are due by the end of Sunday, July 14, 2024.',
        '',
        '3 check-ins of 5 are missing:',
        '  - Commitment 1: Commitment 1',
        '  - Commitment 2: Commitment 2 (begun, not handed in)',
        '  - Commitment 3: Commitment 3',
      ].join('\n'),
    );
  });

  it('says in both of its parts the same words in the same order', () => {
    const words = (text: string) => text.split(/\s+/).filter((word) => word !== '' && word !== '-');
    const html = mail.html.slice(mail.html.indexOf('<body')).replace(/<[^>]*>/g, ' ');
    expect(words(html)).toEqual(words(mail.text));
  });

  it('is marked as English, left to right, without marks that an English reader needs not', () => {
    expect(mail.language).toBe('en');
    expect(mail.html).toContain('<html lang="en" dir="ltr">');
    expect(mail.subject + mail.text).not.toMatch(ISOLATES);
  });

  it('greets somebody without a name', () => {
    expect(mailTo([{ owing: owing('works') }], { name: null }).text).toMatch(/^Dear colleague,\n/);
  });

  it('is what a reader of a language without texts gets, and says that it is English', () => {
    const other = mailTo([{ owing: owing('works') }], { language: 'de' });
    expect(other.language).toBe('en');
    expect(other.subject).toContain('Please report');
  });

  it('isolates an Arabic name, so that it does not turn the sentence', () => {
    const { subject } = mailTo([
      { owing: owing('works', { institutionName: inLanguages({ ar: 'وحدة العلاقات العامة' }), planLanguage: 'ar' }) },
    ]);
    expect(subject).toMatch(/missing from \u2068وحدة العلاقات العامة\u2069$/);
  });
});

describe('a reminder in French', () => {
  const mail = mailTo([{ stage: 'OVERDUE', owing: owing('works', { count: 2 }) }], { language: 'fr' });

  it('names the weekday of the date as it is written there', () => {
    expect(mail.subject).toBe('En retard depuis le dimanche 14 juillet 2024 : 2 points d’étape de Institution works');
    expect(mail.text).toContain('jusqu’à la fin du mercredi 14 août 2024');
    expect(mail.html).toContain('<html lang="fr" dir="ltr">');
  });

  it('is also for a reader of Canadian French', () => {
    expect(mailTo([{ owing: owing('works') }], { language: 'fr-CA' })).toMatchObject({ language: 'fr' });
  });

  it('takes the texts in French where there are any, else the plan’s own', () => {
    const both = owing('works', { institutionName: inLanguages({ en: 'Public works', fr: 'Travaux publics' }) });
    expect(mailTo([{ owing: both }], { language: 'fr' }).text).toContain(
      'Travaux publics : période de suivi 2024-Q2 — Plan of Testville',
    );
  });
});

describe('a reminder in Arabic', () => {
  const inArabic = (count: number, stage: ReminderStage = 'DUE_SOON') =>
    mailTo([{ stage, owing: owing('works', { count }) }], { language: 'ar' });

  it('is marked as Arabic, right to left', () => {
    expect(inArabic(1).html).toContain('<html lang="ar" dir="rtl">');
    expect(inArabic(1).html).toContain('<div lang="ar" dir="rtl"');
  });

  it('writes the date with its weekday and the month as Jordan calls it', () => {
    expect(inArabic(1).subject).toContain('الأحد، 14 تموز 2024');
  });

  it.each([
    [0, 'لا تقارير متابعة', 'لا ينقص أي تقرير'],
    [1, 'تقرير متابعة واحد', 'ينقص تقرير واحد'],
    [2, 'تقريرا متابعة', 'ينقص تقريران'],
    [3, '3 تقارير متابعة', 'تنقص 3 تقارير'],
    [11, '11 تقرير متابعة', 'ينقص 11 تقريراً'],
    [100, '100 تقرير متابعة', 'ينقص 100 تقرير'],
  ])('counts %i as Arabic does', (count, inSubject, inList) => {
    for (const stage of ['OPENED', 'DUE_SOON', 'OVERDUE'] as const) {
      const mail = inArabic(count, stage);
      expect(mail.subject).toContain(`${inSubject} من `);
      expect(mail.text).toContain(`${inList} من أصل ${count}:`);
    }
  });

  it('writes all numbers with the same digits', () => {
    for (const count of [3, 11, 1234]) {
      const { subject, text, html } = inArabic(count);
      expect(subject + text + html).not.toMatch(/[٠-٩۰-۹]/);
    }
  });

  it('isolates names and keys, so that each is read in its own direction', () => {
    expect(inArabic(1).text).toContain('\u2068Institution works\u2069: فترة الإبلاغ \u20682024-Q2\u2069 — ');
  });

  it('leaves nothing beside the address of the service that a program could take for a part of it', () => {
    expect(inArabic(1).text).toMatch(/ http:\/\/mithaq\.example\.org\n$/);
  });
});

describe('a digest over several institutions', () => {
  const soon = owing('parks', { count: 3, dueOn: '2024-07-28' });

  it('names and counts in its subject only what the subject is true of', () => {
    const { subject, text } = mailTo([
      { stage: 'OPENED', owing: soon },
      { stage: 'OVERDUE', owing: owing('works', { count: 2 }) },
    ]);
    expect(subject).toBe('Overdue since Sunday, July 14, 2024: 2 check-ins missing from Institution works');
    expect(text).toContain('Institution parks: reporting period');
  });

  it('names all institutions that the subject is true of', () => {
    const { subject } = mailTo([
      { owing: owing('works', { count: 2 }) },
      { owing: owing('parks', { count: 3 }) },
      { owing: owing('works', { count: 1, planKey: 'other' }) },
    ]);
    expect(subject).toContain('6 check-ins missing from Institution works and Institution parks');
  });

  it('puts the earliest due day first among those that are equally urgent', () => {
    expect(mailTo([{ owing: soon }, { owing: owing('works') }]).subject).toContain('July 14');
  });
});

describe('names that somebody entered', () => {
  const nasty =
    '</h2><script>alert(1)</script> "O’Neill & Söhne" \'x\' 👩‍👩‍👧 \u202Eevil\u202C\r\nBcc: all@example.org\u2028next';
  const nastyMail = (language: string) =>
    mailTo(
      [
        {
          owing: owing('works', {
            institutionName: inEnglish(nasty),
            planTitle: inEnglish(nasty),
            missing: [{ number: 1, title: inEnglish(nasty), status: 'EXPECTED' }],
          }),
        },
      ],
      { language, name: nasty },
    );

  it.each(['en', 'fr', 'ar'])('stay text in the HTML part (%s)', (language) => {
    const tags = (html: string) => html.match(/<[^>]*>/g) ?? [];
    const { html } = nastyMail(language);
    expect(html).not.toContain('<script');
    expect(tags(html).join('')).toBe(tags(mailTo([{ owing: owing('works') }], { language }).html).join(''));
    expect(html).toContain('&#60;script&#62;alert(1)&#60;/script&#62; &#34;O’Neill &#38; Söhne&#34; &#39;x&#39; 👩‍👩‍👧');
  });

  it.each(['en', 'fr', 'ar'])(
    'make neither the subject nor an entry of the list longer than a line (%s)',
    (language) => {
      const { subject, text } = nastyMail(language);
      expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect(text).not.toMatch(/^Bcc|^next|\u2028/m);
      expect(text.split('\n')).toHaveLength(mailTo([{ owing: owing('works') }], { language }).text.split('\n').length);
    },
  );

  it('cannot turn the direction of what follows', () => {
    const { subject, text, html } = nastyMail('en');
    expect(subject + text + html).not.toMatch(/[\u202a-\u202e\u2066\u2067]/);
  });

  it('are not taken for placeholders of our sentences', () => {
    const mail = mailTo([
      { owing: owing('works', { institutionName: inEnglish('{date} # {count, plural, other {x}}') }) },
    ]);
    expect(mail.subject).toContain('{date} # {count, plural, other {x}}');
  });

  it('are cut in the subject when they are very long, between whole characters', () => {
    const { subject, text } = mailTo([{ owing: owing('works', { institutionName: inEnglish('👩'.repeat(5000)) }) }]);
    expect(subject).toContain(`${'👩'.repeat(99)}…`);
    expect(subject.length).toBeLessThan(300);
    expect(text).toContain('👩'.repeat(5000));
  });
});
