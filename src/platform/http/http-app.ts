import fastifyCookie from '@fastify/cookie';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { noteRoutes } from '../access/access-check.js';
import { serveExplorerFiles } from '../graphql/explorer.js';
import { InputPipe } from '../graphql/input-pipe.js';
import { LIMITS } from '../graphql/query-limits.js';
import { Messages } from '../i18n/messages.js';
import type { Log } from '../logging/log.js';
import { NestLogger } from '../logging/logger.js';
import { inRequest, type RequestContext } from '../logging/request-context.js';
import { HttpErrors } from './http-errors.js';
import { languagesOf } from './languages.js';

/** The application as an HTTP server that has not begun to listen. */
export async function createHttpApp(module: Type | DynamicModule, log: Log): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: LIMITS.bodyBytes,
    genReqId: requestIdOf,
    requestIdHeader: false,
    forceCloseConnections: 'idle',
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
  await serveExplorerFiles(http);
  app.useGlobalPipes(new InputPipe());
  app.useGlobalFilters(new HttpErrors(app.get(Messages), log, adapter));
  return app;
}

/** Stops taking requests, finishes those under way, then lets go of everything else. */
export async function closeHttpApp(app: NestFastifyApplication): Promise<void> {
  await app.getHttpAdapter().getInstance().close();
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
    const context = { requestId: request.id, languages: languagesOf(request) };
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
}

function logRequests(http: FastifyInstance, log: Log): void {
  http.addHook('onResponse', (request, reply, done) => {
    const path = pathOf(request);
    const quiet = path?.startsWith('/health') || path === '/metrics';
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

/** An address that is itself a secret, such as a link that signs in, does not belong in a log. */
function pathOf({ url, routeOptions }: FastifyRequest): string | undefined {
  return routeOptions.url?.includes(':secret') ? routeOptions.url : url.split('?')[0];
}

/** Without this a client that keeps its connection open would keep the process from ending for more than a minute. */
function hangUpWhenClosing(http: FastifyInstance): void {
  let closing = false;
  http.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  http.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) void reply.header('connection', 'close');
    done();
  });
}
