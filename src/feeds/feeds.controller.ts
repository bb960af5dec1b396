import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Viewer } from '../platform/access/viewer.js';
import { wholeNumberIn } from '../platform/rest/query-parameters.js';
import { sendText } from '../platform/rest/rest-answer.js';
import { ATOM, atomFeed } from './atom-feed.js';
import type { Feed, FeedFormat } from './feed.js';
import { JSON_FEED, jsonFeed } from './json-feed.js';
import { PlanFeeds } from './plan-feeds.js';

/** Feeds that anybody may subscribe to: the same for everybody, whoever asks. */
@Controller('api/v1/plans/:plan')
export class FeedsController {
  constructor(private readonly feeds: PlanFeeds) {}

  @Get('feed.atom')
  atom(@Param('plan') plan: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.send({ plan, number: null, request, reply }, AS_ATOM);
  }

  @Get('feed.json')
  json(@Param('plan') plan: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.send({ plan, number: null, request, reply }, AS_JSON);
  }

  @Get('commitments/:number/feed.atom')
  atomOfCommitment(@Param() place: CommitmentPlace, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.send({ ...placeIn(place), request, reply }, AS_ATOM);
  }

  @Get('commitments/:number/feed.json')
  jsonOfCommitment(@Param() place: CommitmentPlace, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.send({ ...placeIn(place), request, reply }, AS_JSON);
  }

  private async send({ plan, number, request, reply }: Wanted, { format, write, type }: Written): Promise<void> {
    const { feed, lastModified } = await this.feeds.read(plan, number, request);
    await sendText(request, reply, await write(feed), {
      viewer: Viewer.public,
      type,
      lastModified,
      next: feed.next?.[format] ?? null,
    });
  }
}

interface Written {
  readonly format: FeedFormat;
  readonly write: (feed: Feed) => string | Promise<string>;
  readonly type: string;
}
const AS_ATOM: Written = { format: 'atom', write: atomFeed, type: `${ATOM}; charset=utf-8` };
const AS_JSON: Written = {
  format: 'json',
  write: (feed) => JSON.stringify(jsonFeed(feed)),
  type: `${JSON_FEED}; charset=utf-8`,
};

interface CommitmentPlace {
  readonly plan: string;
  readonly number: string;
}
interface Wanted {
  readonly plan: string;
  readonly number: number | null;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

const placeIn = ({ plan, number }: CommitmentPlace) => ({ plan, number: wholeNumberIn(number, 'number') });
