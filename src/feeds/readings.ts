import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ActionPlansQueries, type ActionPlanRow } from '../action-plans/action-plans.queries.js';
import type { Member } from '../action-plans/member.entity.js';
import { Settings } from '../platform/config/settings.js';
import { Clock } from '../platform/clock.js';
import { languagesOf } from '../platform/http/languages.js';
import { Messages } from '../platform/i18n/messages.js';
import { wordsOf } from '../platform/i18n/pick.js';
import type { Language, LocalizedText } from '../platform/i18n/text.js';
import { oneLine } from '../platform/mail/one-line.js';
import { QueryReader, type Query } from '../platform/rest/query-parameters.js';
import { speaking } from '../reminders/reminder.telling.js';
import type { FeedTelling } from './feed-entry.words.js';
import { LastChangeQueries, settled } from './last-change.queries.js';

/** One request for something that is subscribed to: which plan, in which language, and what else its address asks for. */
export interface Reading {
  readonly plan: ActionPlanRow;
  readonly member: Member;
  readonly language: Language;
  readonly telling: FeedTelling;
  readonly asked: Asked;
  readonly lastChange: Date;
  /** As `Last-Modified`; null while it could be said of two answers. */
  readonly lastModified: Date | null;
}

/** What stands in the address; what is left out is undefined. */
export interface Asked {
  readonly language: string | undefined;
  readonly cursor: string | undefined;
  readonly institution: string | undefined;
}
type Parameter = 'cursor' | 'institution';

@Injectable()
export class Readings {
  constructor(
    private readonly plans: ActionPlansQueries,
    private readonly changes: LastChangeQueries,
    private readonly messages: Messages,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** @throws PlanNotFound, or InvalidInput that names what the address must not hold */
  async of(planKey: string, request: FastifyRequest, takes: readonly Parameter[] = []): Promise<Reading> {
    const asked = askedIn(request.query as Query, takes);
    const plan = await this.plans.byKey(planKey);
    const [[member], lastChange] = await Promise.all([this.plans.membersByIds([plan.memberId]), this.changes.of(plan)]);
    if (!member) throw new Error('A plan has no member.');
    const language = this.messages.languageFor([...languagesOf(request), plan.language]);
    const plain = (text: LocalizedText) => oneLine(wordsOf(text, [language], plan.language) ?? '');
    const spoken = speaking({ language: plan.language, country: member.country }, this.messages, language);
    return {
      plan,
      member,
      language,
      telling: {
        ...spoken,
        plan: plan.key,
        publicUrl: this.settings.PUBLIC_URL,
        member: plain(member.name),
        plain,
      },
      asked,
      lastChange: lastChange ?? this.clock.now(),
      lastModified: settled(lastChange, this.clock.now()),
    };
  }

  now(): Date {
    return this.clock.now();
  }

  /** Under which address something below the plan is found, with what was asked for. */
  address({ plan }: Reading, path: string, asked: Partial<Asked> = {}): string {
    return this.under(`/plans/${plan.key}${path}`, asked);
  }

  under(path: string, asked: Partial<Asked> = {}): string {
    const given = Object.entries(asked).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const query = new URLSearchParams(given).toString();
    return `${this.settings.PUBLIC_URL}/api/v1${path}${query ? `?${query}` : ''}`;
  }
}

/** @throws InvalidInput */
export function askedIn(query: Query, takes: readonly Parameter[]): Asked {
  const reader = new QueryReader(query);
  reader.language();
  const text = (name: Parameter | 'language') =>
    name === 'language' || takes.includes(name) ? reader.text(name) || undefined : undefined;
  const asked = { language: text('language'), cursor: text('cursor'), institution: text('institution') };
  reader.done();
  return asked;
}
