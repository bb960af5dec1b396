import { stringify, type Options } from 'csv-stringify';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import pg from 'pg';
import QueryStream from 'pg-query-stream';

/** The rows of a statement as CSV, as the manuals of the three libraries have it: no formats, codes, languages or limits. */
const db = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
const { text, values } = JSON.parse(process.env['STATEMENT'] ?? '') as { text: string; values: unknown[] };

type Name = Record<string, { text: string }>;
const csv: Options = {
  header: true,
  bom: true,
  record_delimiter: 'windows',
  cast: { object: (name) => (name as Name)['ar']?.text ?? '' },
};

const server = createServer((_, response) => {
  void db.connect().then((client) => {
    const rows = client.query(new QueryStream(text, values));
    response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' });
    pipeline(rows, stringify(csv), response, (error) => client.release(error ?? false));
  });
}).listen(0, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }));
process.on('disconnect', () => process.exit());
