import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { UNREPORTED } from '../check-ins/check-in.workflow.js';
import { Settings } from '../platform/config/settings.js';
import { Messages } from '../platform/i18n/messages.js';
import type { MailContent } from '../platform/mail/mail.js';
import { senderDomain } from '../platform/mail/sender.js';
import { LetterFactsQueries, type FactsOf } from './letter-facts.queries.js';
import type { Matter } from './matter.js';
import type { GatheredFacts } from './reminder-facts.queries.js';
import type { LetterFacts, LetterSection, ReminderLetter } from './reminder.letter.js';
import { reminderMail } from './reminder.letters.js';
import { nameOfOccurrence, type Digest } from './reminder.planning.js';
import type { ReminderAudience, ReminderStage } from './reminder.vocabulary.js';

/** Names the mails of reminders in the outbox. */
export const REMINDER = 'reminder';

/** A digest with what its letter says: a section for each that is said, in the same order. */
export interface WrittenDigest extends Digest {
  /** Two processes that find the same to be due name its mail the same. */
  readonly key: string;
  readonly letter: ReminderLetter;
}

/** What a section of a letter is told by. */
interface Told {
  readonly stage: ReminderStage;
  readonly audience: ReminderAudience;
  readonly template: string;
}

/** Puts digests into words. */
@Injectable()
export class LettersService {
  private readonly mailDomain: string;

  constructor(
    private readonly letters: LetterFactsQueries,
    private readonly messages: Messages,
    private readonly settings: Settings,
  ) {
    this.mailDomain = senderDomain(settings.MAIL_FROM);
  }

  /** The digests with their letters; those that turn out to have nothing to say are left out. */
  async write(digests: readonly Digest[], facts: GatheredFacts): Promise<WrittenDigest[]> {
    const factsOf = await this.letters.of(
      digests.flatMap(({ said }) => said.map(({ speaks }) => speaks.matter)),
      facts.directory,
    );
    return digests.flatMap((digest) => {
      const said = digest.said.filter(({ speaks }) => factsOf(speaks.matter) !== null);
      const sections = said.flatMap(({ speaks: { matter, rule } }) => this.section(facts, factsOf, matter, rule));
      const { address, name, language } = digest.recipient;
      const key = keyOf({ ...digest, said }, facts);
      return sections.length > 0 ? [{ ...digest, said, key, letter: { address, name, language, sections } }] : [];
    });
  }

  section(
    { plans }: GatheredFacts,
    factsOf: FactsOf,
    matter: Matter,
    { stage, audience, template }: Told,
  ): LetterSection[] {
    const plan = plans.find(({ id }) => id === matter.planId);
    const facts = factsOf(matter);
    if (!plan || !facts) return [];
    return [{ plan, stage, audience, facts: template === 'NOT_REPORTED' ? notReported(facts) : facts }];
  }

  contentOf(letter: ReminderLetter, replyTo: string | null, unsubscribeUrl: string | null): MailContent {
    const { PUBLIC_URL: publicUrl } = this.settings;
    return reminderMail(this.messages, letter, { publicUrl, replyTo, unsubscribeUrl, mailDomain: this.mailDomain });
  }
}

/** Of occurrences that come again, such as those that were held, the mail that did not go is part of the name. */
function keyOf({ recipient, said }: Digest, { recorded }: GatheredFacts): string {
  const names = said.flatMap(({ speaks, settles }) =>
    [speaks, ...settles].map((one) => {
      const name = nameOfOccurrence(one);
      return `${name} ${one.plannedAt.toISOString()} ${recorded.get(name)?.mailId ?? ''}`;
    }),
  );
  const hash = createHash('sha256').update([recipient.address, ...names.sort()].join('\n'));
  return `${REMINDER}:${hash.digest('hex')}`;
}

/** What was sent back was reported once: whoever is told of an agency is not told that it has not. */
const notReported = (facts: LetterFacts): LetterFacts =>
  facts.template === 'REPORT'
    ? {
        ...facts,
        template: 'NOT_REPORTED',
        missing: facts.missing.filter(({ status }) => UNREPORTED.some((one) => one === status)),
      }
    : facts;
