import { Args, Parent, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { CheckInById } from '../check-ins/check-in.loaders.js';
import { CheckInType } from '../check-ins/check-in.type.js';
import { CursorNotOfThisList } from '../platform/database/pages.js';
import { Loader, type LoaderOf } from '../platform/graphql/loaders.js';
import { PublicationsQueries } from '../publications/publications.queries.js';
import { PublicationType } from '../publications/publication.type.js';
import { EventFeed } from './event-feed.js';
import type { EventStream } from './event-stream.js';
import type { PublicEventType } from './public-event.js';
import type { EventRow } from './public-events.queries.js';
import { CheckInPublishedEvent, NewsArgs, PublicationPublishedEvent } from './subscription.type.js';

/** An event as it is told; what it is about is read only when somebody asks. */
const told = (event: EventRow) => ({ ...event, cursor: String(event.number), publishedAt: event.happenedAt });

const NEWS =
  'Over a WebSocket on this path (protocol `graphql-transport-ws`). Everybody may listen; whoever does not read is cut off with close code 1013. NOT_FOUND when there is no such plan, BAD_USER_INPUT for a cursor that is none.';

@Resolver()
export class SubscriptionsResolver {
  constructor(
    private readonly feed: EventFeed,
    private readonly plans: ActionPlansQueries,
  ) {}

  @Subscription(() => CheckInPublishedEvent, {
    description: `Check-ins of a plan as they are published. ${NEWS}`,
    resolve: told,
  })
  checkInPublished(@Args() args: NewsArgs): Promise<EventStream> {
    return this.listen('CHECK_IN_PUBLISHED', args);
  }

  @Subscription(() => PublicationPublishedEvent, {
    description: `Reporting periods of a plan as they are published, and their corrections. ${NEWS}`,
    resolve: told,
  })
  publicationPublished(@Args() args: NewsArgs): Promise<EventStream> {
    return this.listen('PUBLICATION_PUBLISHED', args);
  }

  private async listen(type: PublicEventType, { plan, after }: NewsArgs): Promise<EventStream> {
    const { id: planId } = await this.plans.byKey(plan);
    return this.feed.open({ planId, type, after: after == null ? null : placeOf(after) });
  }
}

/** @throws CursorNotOfThisList */
function placeOf(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) throw new CursorNotOfThisList({}, 'after');
  return Number(cursor);
}

@Resolver(() => CheckInPublishedEvent)
export class CheckInPublishedResolver {
  @ResolveField(() => CheckInType, { description: 'The check-in, as it is when this is told.' })
  checkIn(@Parent() { subjectId }: EventRow, @Loader(CheckInById) checkIns: LoaderOf<CheckInById>) {
    return checkIns.load(subjectId);
  }
}

@Resolver(() => PublicationPublishedEvent)
export class PublicationPublishedResolver {
  constructor(private readonly publications: PublicationsQueries) {}

  @ResolveField(() => PublicationType, { description: 'The publication.' })
  async publication(@Parent() { subjectId }: EventRow) {
    const [publication] = await this.publications.byIds([subjectId]);
    return publication;
  }
}
