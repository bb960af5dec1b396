import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CommitmentsQueries, type CommitmentRow } from '../commitments/commitments.queries.js';
import { LICENCE } from '../publications/progress-column.js';
import { itemOf } from './feed-entry.words.js';
import { FeedEntriesQueries } from './feed-entries.queries.js';
import type { Feed, FeedFormat } from './feed.js';
import { Readings, type Asked, type Reading } from './readings.js';

export interface ReadFeed {
  readonly feed: Feed;
  readonly lastModified: Date | null;
}

/** Feeds of plans and of commitments, in the language of whoever reads them. */
@Injectable()
export class PlanFeeds {
  constructor(
    private readonly readings: Readings,
    private readonly entries: FeedEntriesQueries,
    private readonly commitments: CommitmentsQueries,
  ) {}

  /**
   * @param number null for the whole plan
   * @throws PlanNotFound, CommitmentNotFound, CursorNotOfThisList, or InvalidInput for what the address must not hold
   */
  async read(planKey: string, number: number | null, request: FastifyRequest): Promise<ReadFeed> {
    const reading = await this.readings.of(planKey, request, ['cursor']);
    const { plan, asked, lastModified } = reading;
    const commitment = number === null ? null : await this.commitments.byNumber(plan.key, number);
    const scope = { planId: plan.id, commitmentId: commitment?.id ?? null };
    const { entries, next } = await this.entries.page(scope, asked.cursor);
    const items = entries.map((entry) => itemOf(entry, reading.telling));
    const at = (of: Partial<Asked>): Readonly<Record<FeedFormat, string>> => this.addresses(reading, commitment, of);
    const { language } = asked;
    const feed: Feed = {
      ...headOf(reading, commitment),
      updated: items[0]?.at ?? reading.lastChange,
      self: at({ language, cursor: asked.cursor }),
      first: at({ language }),
      next: next === null ? null : at({ language, cursor: next }),
      about: this.readings.address(reading, placeOf(commitment)),
      items,
    };
    return { feed, lastModified };
  }

  private addresses(reading: Reading, commitment: CommitmentRow | null, asked: Partial<Asked>) {
    const to = (format: FeedFormat) => this.readings.address(reading, `${placeOf(commitment)}/feed.${format}`, asked);
    return { atom: to('atom'), json: to('json') };
  }
}

const placeOf = (commitment: CommitmentRow | null): string => (commitment ? `/commitments/${commitment.number}` : '');

function headOf({ plan, language, telling: { say, name, member } }: Reading, commitment: CommitmentRow | null) {
  const title = name(plan.title);
  return {
    id: `urn:uuid:${commitment?.id ?? plan.id}`,
    language,
    author: member,
    title: commitment
      ? say('feed.commitment.title', { plan: title, number: commitment.number, title: name(commitment.title) })
      : say('feed.plan.title', { plan: title }),
    subtitle: say('feed.subtitle'),
    rights: say('feed.rights', { address: LICENCE.path }),
  };
}
