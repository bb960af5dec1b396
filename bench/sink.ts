import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** A mail server as a process of its own, that takes everything and keeps nothing. Says its port, and the count when asked. */
let taken = 0;
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  logger: false,
  onData: (stream, _session, done) => {
    stream.resume();
    stream.on('end', () => {
      taken += 1;
      done(null, 'taken');
    });
  },
});
server.on('error', () => undefined);
server.listen(0, '127.0.0.1');
await once(server.server, 'listening');
process.on('message', () => process.send?.({ taken }));
process.on('disconnect', () => process.exit());
process.send?.({ port: (server.server.address() as AddressInfo).port });
