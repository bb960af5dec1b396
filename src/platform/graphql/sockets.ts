import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { useServer } from 'graphql-ws/use/ws';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { DataSource } from 'typeorm';
import { WebSocketServer } from 'ws';
import { Authentication } from '../access/viewer.js';
import { Clock } from '../clock.js';
import type { Settings } from '../config/settings.js';
import { SocketLimits } from '../http/socket-limits.js';
import { Messages } from '../i18n/messages.js';
import type { Log } from '../logging/log.js';
import { BoundedSocket } from './bounded-socket.js';
import { SocketAnswers } from './socket-answers.js';

/** A question over a socket may be as long as its tokens allow, and no file travels with it. */
const LARGEST_MESSAGE = 131_072;
/** Whoever opens a connection says soon who they are. */
const GREETING_PATIENCE = 5_000;
/** Whoever does not answer a ping within this time is gone, or takes nothing off the line any more. */
const PING_EVERY = 12_000;
/** How long those who are told that the service stops have to say goodbye. */
const GOODBYE_PATIENCE = 1_000;

/** Answers subscriptions over WebSockets (protocol `graphql-transport-ws`), on the path that answers everything else over HTTP. */
export function serveSockets(app: NestFastifyApplication, settings: Settings, log: Log): void {
  const http = app.getHttpAdapter().getInstance();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_MESSAGE,
    clientTracking: true,
    WebSocket: BoundedSocket,
  });
  const limits = new SocketLimits(settings);
  const networks = new WeakMap<IncomingMessage, string>();
  const answers = new SocketAnswers(
    {
      schema: () => app.get(GraphQLSchemaHost).schema,
      modules: app,
      db: app.get(DataSource),
      clock: app.get(Clock),
      authentication: app.get(Authentication),
    },
    { messages: app.get(Messages), log },
    {
      mayAsk: (request) => limits.mayAsk(networks.get(request) ?? ''),
      mayBeTold: (request) => limits.mayBeTold(networks.get(request) ?? ''),
    },
  );
  const server = useServer({ ...answers.hooks, connectionInitWaitTimeout: GREETING_PATIENCE }, sockets, PING_EVERY);
  let isClosing = false;

  http.server.on('upgrade', (request, socket: Duplex, head) => {
    socket.on('error', () => socket.destroy());
    if (request.url?.split('?')[0] !== '/graphql') return refuse(socket, '404 Not Found');
    const network = limits.networkOf(request);
    if (isClosing || !limits.enter(network))
      return refuse(socket, isClosing ? '503 Service Unavailable' : '429 Too Many Requests');
    networks.set(request, network);
    socket.once('close', () => limits.leave(network));
    sockets.handleUpgrade(request, socket, head, (client) => {
      sockets.emit('connection', client, request);
      // Anybody can send what is too large or no message at all: it ends the connection, and need not be printed.
      client.removeAllListeners('error').on('error', (error) => log.debug({ err: error }, 'A WebSocket broke'));
    });
  });
  // Before the server waits for its connections: these stay open until somebody closes them.
  http.addHook('preClose', async () => {
    isClosing = true;
    const late = setTimeout(() => sockets.clients.forEach((client) => client.terminate()), GOODBYE_PATIENCE);
    try {
      await server.dispose();
    } finally {
      clearTimeout(late);
    }
  });
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
