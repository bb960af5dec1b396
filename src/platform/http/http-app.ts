import fastifyCookie from '@fastify/cookie';
import multipart from '@fastify/multipart';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { DataSource } from 'typeorm';
import { noteRoutes } from '../access/access-check.js';
import type { Settings } from '../config/settings.js';
import { serveExplorerFiles } from '../graphql/explorer.js';
import { KnownQuestions } from '../graphql/execution/known-questions.js';
import { InputPipe } from '../graphql/input-pipe.js';
import { LIMITS } from '../graphql/query-limits.js';
import { StoredAnswers } from '../graphql/stored-answers.js';
import { serveSockets } from '../graphql/sockets.js';
import { RunMetrics } from '../health/run-metrics.js';
import { Messages } from '../i18n/messages.js';
import type { Log } from '../logging/log.js';
import { NestLogger } from '../logging/logger.js';
import { inRequest, type RequestContext } from '../logging/request-context.js';
import { serveApiDocsFiles } from '../rest/api-docs.js';
import { Shutdown } from '../shutdown.js';
import { compressAnswers } from './compression.js';
import { allowOtherOrigins } from './cross-origin.js';
import { refuseCrossSiteChanges } from './cross-site.js';
import { HttpErrors } from './http-errors.js';
import { languagesOf } from './languages.js';
import { limitRates } from './rate-limits.js';
import { keepRawBodies } from './raw-body.js';
import { secureHeaders } from './security-headers.js';
import { laneOf, Workload } from './workload.js';

/** A client that sends slowly holds a connection; evidence over a poor line needs its time. */
const PATIENCE = { headers: 10_000, wholeRequest: 120_000, looksEvery: 2_000, silence: 150_000 };

const HANG_UP_EVERY = 100;

const NO_ROUTE = '(no such address)';

/** The application as an HTTP server that has not begun to listen. */
export async function createHttpApp(
  module: Type | DynamicModule,
  settings: Settings,
  log: Log,
): Promise<NestFastifyApplication> {
  const late: { errors?: HttpErrors } = {};
  const adapter = new FastifyAdapter({
    bodyLimit: LIMITS.bodyBytes,
    genReqId: requestIdOf,
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      void late.errors?.answer(error, request, reply),
    trustProxy: (_address: string, hop: number) => hop < settings.TRUST_PROXY,
    requestTimeout: PATIENCE.wholeRequest,
    connectionTimeout: PATIENCE.silence,
    http: { headersTimeout: PATIENCE.headers, connectionsCheckingInterval: PATIENCE.looksEvery },
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLogger(log),
    abortOnError: false,
  });
  const http = app.getHttpAdapter().getInstance();
  noteRoutes(http);
  knowRequests(http);
  logRequests(http, log);
  hangUpWhenClosing(http);
  await http.register(fastifyCookie);
  // In this order: a refusal by a later one carries the headers of those before it.
  secureHeaders(http, settings);
  allowOtherOrigins(http, settings);
  const workload = new Workload(settings, app.get(DataSource), app.get(RunMetrics));
  workload.refuseEarly(http);
  await limitRates(http, settings);
  refuseCrossSiteChanges(http, settings);
  compressAnswers(http);
  app.get(StoredAnswers).serve(http);
  workload.count(http);
  app.get(KnownQuestions).serve(http);
  keepRawBodies(http, ['/mail/events']);
  await serveExplorerFiles(http);
  serveApiDocsFiles(http);
  await http.register(multipart);
  app.useGlobalPipes(new InputPipe());
  late.errors = new HttpErrors(app.get(Messages), log, adapter);
  app.useGlobalFilters(late.errors);
  serveSockets(app, settings, log);
  return app;
}

/** Stops taking requests, finishes those and the work that are under way, then lets go of everything else. */
export async function closeHttpApp(app: NestFastifyApplication): Promise<void> {
  // While the last requests are answered, nothing that runs by itself is to begin.
  app.get(Shutdown).begin();
  const http = app.getHttpAdapter().getInstance();
  // Fastify hangs up once: a connection that falls idle a moment later, as after a download, would be waited for.
  const hangingUp = setInterval(() => http.server.closeIdleConnections(), HANG_UP_EVERY);
  try {
    await http.close();
  } finally {
    clearInterval(hangingUp);
  }
  await app.close();
}

/** Takes over an id that a proxy gave, so that its log and ours can be read together. */
function requestIdOf(request: { headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w-]{1,64}$/.test(given) ? given : randomUUID();
}

function knowRequests(http: FastifyInstance): void {
  const contexts = new WeakMap<FastifyRequest, RequestContext>();
  http.addHook('onRequest', (request, reply, done) => {
    const lane = laneOf(request);
    const context: RequestContext = {
      requestId: request.id,
      languages: languagesOf(request),
      lane,
      ...(lane === 'USUAL' ? { outcome: {} } : {}),
    };
    contexts.set(request, context);
    void reply.header('x-request-id', request.id);
    inRequest(context, done);
  });
  // Reading a body leaves the context that the request began in.
  http.addHook('preValidation', (request, _reply, done) => {
    const context = contexts.get(request);
    if (context) inRequest(context, done);
    else done();
  });
  // Balancers and clients go by the status; of what GraphQL could not answer it says 200.
  http.addHook('onSend', (request, reply, _payload, done) => {
    const { status, retryAfter } = contexts.get(request)?.outcome?.refusal ?? {};
    if (status !== undefined) void reply.code(status).header('retry-after', retryAfter);
    done();
  });
}

function logRequests(http: FastifyInstance, log: Log): void {
  http.addHook('onResponse', (request, reply, done) => {
    // The route and never the address itself: links hold secrets, and those that are mistyped most of it.
    const path = request.routeOptions.url ?? NO_ROUTE;
    const quiet = path.startsWith('/health') || path === '/metrics';
    const details = {
      requestId: request.id,
      method: request.method,
      path,
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime),
    };
    log[quiet ? 'debug' : 'info'](details, 'Answered');
    done();
  });
}

/** Without this a client that keeps its connection open would keep the process from ending for more than a minute. */
function hangUpWhenClosing(http: FastifyInstance): void {
  let closing = false;
  const open = new Set<Socket>();
  http.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  http.addHook('preClose', (done) => {
    closing = true;
    // Browsers connect in advance; Node does not count as idle what has never asked for anything.
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    done();
  });
  http.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) void reply.header('connection', 'close');
    done();
  });
}
