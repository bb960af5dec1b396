import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The ceiling: the same bytes to everybody, whatever they ask. */
const answer = Buffer.from(process.env['ANSWER'] ?? '');
const headers = { 'content-type': 'application/json', 'content-length': answer.length };
const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, headers).end(answer));
}).listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }));
process.on('disconnect', () => process.exit());
