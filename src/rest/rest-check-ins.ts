import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { PeriodNotFound } from '../action-plans/action-plan.errors.js';
import { CheckInNotFound, PeriodNotOpenYet } from '../check-ins/check-in.errors.js';
import type { Viewer } from '../platform/access/viewer.js';
import { withoutConnections } from '../platform/rest/question-shape.js';
import { QueryReader, type Query } from '../platform/rest/query-parameters.js';
import { namesTag, tagOf } from '../platform/rest/rest-answer.js';
import { StoredQuestions } from '../platform/rest/stored-question.js';
import { ownCheckIn, type AddressedCheckIn } from './own-check-in.js';
import { QUESTIONS } from './questions.js';
import { BodyWanted, ChangedMeanwhile, InstitutionWanted, VersionWanted } from './rest.errors.js';

/** What the address of a check-in says. */
export interface CheckInAddress {
  readonly plan: string;
  readonly number: number;
  readonly period: string;
}

interface Place {
  readonly plan: { readonly periods: ReadonlyArray<{ readonly key: string }> };
  readonly found: readonly AddressedCheckIn[];
}

/** Reads and writes the check-in of one commitment, period and institution by its address. */
@Injectable()
export class RestCheckIns {
  constructor(private readonly questions: StoredQuestions) {}

  /** @throws what says which part of the address leads nowhere */
  async read(
    address: CheckInAddress,
    request: FastifyRequest,
    viewer: Viewer,
    before: 'NOTHING' | 'CHANGE' = 'NOTHING',
  ): Promise<AddressedCheckIn> {
    const reader = new QueryReader(request.query as Query);
    const institution = reader.text('institution');
    reader.language();
    reader.done();
    const { plan, number, period } = address;
    const variables = { plan, number, filter: { commitment: number, period, ...(institution ? { institution } : {}) } };
    const answer = await this.questions.ask(QUESTIONS.checkInPlace, variables, viewer, before);
    const place = withoutConnections(answer) as Place;
    if (!place.plan.periods.some(({ key }) => key === period)) throw new PeriodNotFound({ period }, 'period');
    if (place.found.length === 0 && institution) throw new CheckInNotFound({}, 'institution');
    if (place.found.length === 0) throw new PeriodNotOpenYet({ period });
    const own = ownCheckIn(place.found, viewer.grants);
    if (!own) throw new InstitutionWanted({}, 'institution');
    return own;
  }

  saveDraft(address: CheckInAddress, request: FastifyRequest, viewer: Viewer): Promise<unknown> {
    return this.write('saveDraft', address, request, viewer);
  }

  submit(address: CheckInAddress, request: FastifyRequest, viewer: Viewer): Promise<unknown> {
    return this.write('submit', address, request, viewer);
  }

  private async write(verb: 'saveDraft' | 'submit', address: CheckInAddress, request: FastifyRequest, viewer: Viewer) {
    const sent = bodyOf(request);
    const checkIn = await this.read(address, request, viewer, 'CHANGE');
    const version = versionRead(checkIn, sent, request.headers['if-match']);
    const input = { ...sent, version, checkIn: checkIn.id };
    const answer = await this.questions.ask(QUESTIONS[verb], { input }, viewer);
    return withoutConnections((answer as { saved: { checkIn: unknown } }).saved.checkIn);
  }
}

function bodyOf({ body }: FastifyRequest): Record<string, unknown> {
  if (body === undefined || body === null) return {};
  if (typeof body !== 'object' || Array.isArray(body)) throw new BodyWanted({}, 'body');
  return body as Record<string, unknown>;
}

/**
 * The version that the caller has read: what the body says, or the check-in that `If-Match` names. Whether it is still
 * the newest is asked again, with the row locked, by the change itself.
 */
function versionRead(checkIn: AddressedCheckIn, sent: Record<string, unknown>, ifMatch: string | undefined): unknown {
  if (ifMatch !== undefined && !namesTag(ifMatch, tagOf(JSON.stringify(checkIn)))) {
    throw new ChangedMeanwhile({ version: checkIn.version }, 'If-Match');
  }
  if (sent['version'] !== undefined) return sent['version'];
  if (ifMatch === undefined) throw new VersionWanted({}, 'version');
  return checkIn.version;
}
