import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** The preferred port of this machine when nobody listens there, otherwise any free one. */
export async function freePort(preferred = 0): Promise<number> {
  try {
    return await listenBriefly(preferred);
  } catch {
    return listenBriefly(0);
  }
}

function listenBriefly(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const { port: taken } = server.address() as AddressInfo;
      server.close(() => resolve(taken));
    });
  });
}
