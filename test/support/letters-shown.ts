import ar from '../../src/messages/ar.json' with { type: 'json' };
import en from '../../src/messages/en.json' with { type: 'json' };
import fr from '../../src/messages/fr.json' with { type: 'json' };
import { Messages } from '../../src/platform/i18n/messages.js';
import type { MailContent } from '../../src/platform/mail/mail.js';
import type { LetterSection, ReminderLetter } from '../../src/reminders/reminder.letter.js';
import { reminderMail, type Surroundings } from '../../src/reminders/reminder.letters.js';
import {
  assessment,
  inLanguages,
  institutionOf,
  letterOf,
  meeting,
  missingOf,
  noMeeting,
  notReported,
  planOf,
  report,
  unreachable,
  waiting,
} from './letters.js';

export const messages = new Messages({ en, fr, ar }, 'en');

export const mailOf = (
  sections: readonly LetterSection[],
  more: Partial<Omit<ReminderLetter, 'sections'>> = {},
  about: Partial<Surroundings> = {},
): MailContent =>
  reminderMail(messages, letterOf(sections, more), {
    publicUrl: 'http://mithaq.example.org',
    replyTo: 'mel@example.org',
    mailDomain: 'example.org',
    ...about,
  });

const plan = planOf({
  title: inLanguages({
    en: 'Action plan of Greater Salt 2024–2025',
    fr: 'Plan d’action du Grand Salt 2024-2025',
    ar: 'خطة عمل السلط الكبرى 2024–2025',
  }),
});
const finance = inLanguages({
  en: 'Financial Affairs Unit',
  fr: 'Unité des affaires financières',
  ar: 'وحدة الشؤون المالية',
});
const complaints = inLanguages({
  en: 'Receive complaints and answer them within a fortnight',
  fr: 'Recevoir les plaintes et y répondre en quinze jours',
  ar: 'استقبال الشكاوى والرد عليها خلال أسبوعين',
});
const register = inLanguages({
  en: 'A register of complaints is published',
  fr: 'Un registre des plaintes est publié',
  ar: 'نشر سجل للشكاوى',
});
const missing = [
  missingOf(1, { title: complaints, status: 'DRAFT', milestones: [{ number: 2, title: register }] }),
  missingOf(3, { title: complaints, status: 'RETURNED' }),
  missingOf(4, { title: register }),
];
const unit = institutionOf('finance', finance);
const link = '/report/4QjJ9yqkq0X1m3h8Z0cT2vWbN5aLrEdS7uGfPiKoYxM';

/** One letter of every kind, with names as long as they are in real plans. */
export const EXAMPLES: Readonly<Record<string, readonly LetterSection[]>> = {
  opened: [report('finance', { plan, stage: 'OPENED', institution: unit, owed: 5, missing, reportPath: link })],
  overdue: [
    report('finance', { plan, stage: 'OVERDUE', institution: unit, owed: 5, missing, reportPath: link }),
    meeting({ plan, group: complaints }),
  ],
  head: [notReported('finance', 'HEAD', { plan, institution: unit, owed: 5, missing })],
  officer: [
    notReported('finance', 'MEL_OFFICER', { plan, institution: unit, owed: 5, missing }),
    notReported('audit', 'MEL_OFFICER', { plan, count: 2, isReachable: false }),
    unreachable({
      plan,
      institutions: [
        { ...unit, owed: 5, why: 'NO_FOCAL_POINT' },
        { ...institutionOf('audit'), owed: 1, why: 'UNDELIVERABLE' },
      ],
    }),
    waiting('REVIEW', 'finance', { plan, institution: unit, title: complaints, since: '2024-07-11' }),
    waiting('REVIEW', 'audit', { plan, number: 4, title: register, since: '2024-07-09' }),
  ],
  steering: [
    notReported('finance', 'STEERING', { plan, institution: unit, owed: 5, missing }),
    notReported('audit', 'STEERING', { plan, count: 2 }),
  ],
  mend: [waiting('MEND', 'finance', { plan, institution: unit, title: complaints, reportPath: link })],
  coordinator: [noMeeting({ plan, group: complaints }), meeting({ plan, group: register, time: null, place: null })],
  monitor: [
    assessment({ plan, stage: 'OVERDUE' }),
    assessment({
      plan,
      kind: 'END_OF_COMMITMENT',
      commitment: { number: 3, title: complaints },
      dueOn: '2024-09-01',
    }),
  ],
};
