import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** The preferred port of this machine when nobody listens there, otherwise any free one. */
export async function freePort(preferred = 0): Promise<number> {
  try {
    return await listenBriefly(preferred, LOOPBACK);
  } catch {
    return listenBriefly(0, LOOPBACK);
  }
}

/** Tells at once what a service would otherwise find out seconds later. @throws EADDRINUSE, or why else nobody can listen there */
export async function assertFree(port: number, host: string): Promise<void> {
  await listenBriefly(port, host);
}

function listenBriefly(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const { port: taken } = server.address() as AddressInfo;
      server.close(() => resolve(taken));
    });
  });
}
