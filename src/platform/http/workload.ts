import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Counter, Gauge } from 'prom-client';
import type { DataSource } from 'typeorm';
import type { Settings } from '../config/settings.js';
import { waitingStatements } from '../database/prepared.js';
import { givenUp, Overloaded } from '../errors/not-now.js';
import type { RunMetrics } from '../health/run-metrics.js';
import type { Lane } from '../logging/request-context.js';

/** How many statements may wait for each connection before nobody else is let in. */
const WAITING_FOR_EACH = 5;

/** Whoever probes, watches or signs in gets through when others do not: to end what is too much, one has to get in. */
const ESSENTIAL = ['/health', '/metrics', '/sign-in'] as const;

export function laneOf({ url }: Pick<FastifyRequest, 'url'>): Lane {
  const [path = ''] = url.split('?');
  return ESSENTIAL.some((part) => path === part || path.startsWith(`${part}/`)) ? 'ESSENTIAL' : 'USUAL';
}

/**
 * Turns away what comes while so many requests are being worked on, or wait for the database, that one more would only
 * make all of them wait. Counted is the work: neither the time that a client takes to send, nor that it takes to receive.
 */
export class Workload {
  private readonly underWay = new Set<FastifyRequest>();
  private readonly turnedAway: Counter;

  constructor(
    private readonly settings: Settings,
    private readonly db: DataSource,
    { registry }: RunMetrics,
  ) {
    const registers = [registry];
    this.turnedAway = new Counter({
      name: 'mithaq_requests_turned_away_total',
      help: 'Requests that this process answered with 503 because it or its database had too much to do.',
      registers,
    });
    const working: Gauge = new Gauge({
      name: 'mithaq_requests_under_way',
      help: 'Requests that this process is working on.',
      registers,
      collect: () => working.set(this.underWay.size),
    });
  }

  /** Before anything that costs: a process that is full says no to many for each that it answers. */
  refuseEarly(http: FastifyInstance): void {
    http.addHook('onRequest', (request, _reply, done) => {
      if (laneOf(request) === 'USUAL' && this.isFull) done(this.refusal());
      else done();
    });
  }

  /** After what is answered from memory, which is no work. Many may have come in before the first of them was counted. */
  count(http: FastifyInstance): void {
    http.addHook('preHandler', (request, _reply, done) => {
      if (laneOf(request) === 'ESSENTIAL' || isSlowToSend(request)) return done();
      if (this.isFull) return done(this.refusal());
      this.underWay.add(request);
      return done();
    });
    http.addHook('onSend', (request, _reply, _payload, done) => {
      this.underWay.delete(request);
      done();
    });
    // Whoever went away before there was an answer.
    http.addHook('onResponse', (request, _reply, done) => {
      this.underWay.delete(request);
      done();
    });
  }

  private get isFull(): boolean {
    const { REQUESTS_AT_ONCE, DATABASE_CONNECTIONS } = this.settings;
    return (
      this.underWay.size >= REQUESTS_AT_ONCE || waitingStatements(this.db) >= WAITING_FOR_EACH * DATABASE_CONNECTIONS
    );
  }

  private refusal(): Error {
    this.turnedAway.inc();
    return givenUp(Overloaded.now());
  }
}

/** A form with files is read while it is worked on, as fast as it is sent. */
const isSlowToSend = ({ headers }: FastifyRequest): boolean =>
  headers['content-type']?.startsWith('multipart/') ?? false;
