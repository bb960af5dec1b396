import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import type { Owed } from './owed.js';
import { withIds } from './recording.js';

/**
 * The statements of one submission, sent again for whichever check-in it is asked for, and nothing else: no GraphQL, no
 * rules. The plain server around it costs a fiftieth of what the statements do.
 */
const db = new pg.Pool({
  connectionString: process.env['DATABASE_URL'],
  max: 10,
  options: '-c timezone=UTC -c role=mithaq_app',
});
const { statements, then, numberThen } = JSON.parse(process.env['RECORDED'] ?? '') as {
  statements: string;
  then: Owed;
  numberThen: string;
};

const hash = (secret: string): string => `\\\\x${createHash('sha256').update(secret).digest('hex')}`;
const idsOf = ({ milestones, secret, ...ids }: Owed): string[] => [...Object.values(ids), ...milestones, hash(secret)];
const idsThen = idsOf(then);

async function submit(owed: Owed): Promise<void> {
  const ids = idsOf(owed);
  const others = new Map(idsThen.map((id, at) => [id, ids[at] ?? id]));
  const client = await db.connect();
  try {
    let number: string | null = null;
    for (const { text, values } of withIds(statements, others, randomUUID)) {
      // The entry of the audit gets its number from the database, and the event that follows names it.
      const own = values.map((value) => (number !== null && value === numberThen ? number : value));
      const { rows } = await client.query<{ number?: string }>(text, own);
      number = rows[0]?.number ?? number;
    }
  } finally {
    client.release();
  }
}

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (part: string) => (body += part));
  request.on('end', () => {
    void submit(JSON.parse(body) as Owed).then(
      () => response.writeHead(200, { 'content-length': 2 }).end('{}'),
      (error: Error) => response.writeHead(500, { 'content-length': 0 }).end(console.error(error)),
    );
  });
}).listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }));
process.on('disconnect', () => process.exit());
