import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import QueryStream from 'pg-query-stream';
import { DataSource, type EntityManager } from 'typeorm';
import { lookBack } from '../platform/database/as-of.js';
import { connectionForReading, type Connection } from '../platform/database/connections.js';
import { rows } from '../platform/database/rows.js';
import type { ProgressScope } from './progress-statements.js';
import { TABLE_NAMES, TABLES, type TableName, type TableRows } from './progress-tables.js';

/** Reads the rows of a table one after the other, as fast as they are taken. */
export type ReadRows = <Name extends TableName>(name: Name) => AsyncIterable<TableRows[Name]>;

export type AllRows = { readonly [Name in TableName]: ReadonlyArray<TableRows[Name]> };

@Injectable()
export class ProgressQueries {
  constructor(private readonly db: DataSource) {}

  /**
   * Whatever is made of the rows while they are read: all tables as they stood at one instant, with what the public may
   * see, whoever asks. Whoever stops taking ends the statement and gives the connection back.
   */
  async *reading<T>(
    scope: ProgressScope,
    make: (read: ReadRows, stamp: () => Promise<string>) => AsyncIterable<T>,
  ): AsyncGenerator<T, void> {
    const { connection, giveBack } = await connectionForReading(this.db);
    try {
      await connection.query('begin isolation level repeatable read');
      await rows(
        connection,
        // However long the statements of a large file take: it is bounded by how many are written at once.
        sql`select set_config('mithaq.sight', '', true), set_config('transaction_read_only', 'on', true), set_config('statement_timeout', '0', true)`,
      );
      if (scope.asOf) await lookBack(connection, scope.asOf);
      yield* make(
        (name) => streamed(connection, statementOf(name, scope)),
        () => this.stamp(scope, connection),
      );
    } finally {
      // It has only read: there is nothing that a commit would keep.
      await connection.query('rollback').catch(() => undefined);
      giveBack();
    }
  }

  /** All tables, or those named, in one statement, and so as they stood at one instant, inside a transaction that goes on. */
  async all(tx: EntityManager, scope: ProgressScope, names: readonly TableName[] = TABLE_NAMES): Promise<AllRows> {
    const tables = names.map(
      (name) =>
        sql`select ${name}::text as name, coalesce((select json_agg(row_to_json(t)) from (${statementOf(name, scope)}) t), '[]') as rows`,
    );
    const found = await rows<{ name: TableName; rows: unknown }>(
      tx,
      tables.reduce((before, table) => sql`${before} union all ${table}`),
    );
    return Object.fromEntries(found.map(({ name, rows }) => [name, rows])) as unknown as AllRows;
  }

  /** Changes whenever a file of the plan would: with every recorded change, and with every day and opening. */
  async stamp(scope: ProgressScope, on: DataSource | Connection | EntityManager = this.db): Promise<string> {
    const [found] = await rows<{ stamp: string }>(
      on,
      sql`select concat_ws('.', (select max(number) from public.audit_entry where at <= coalesce(${scope.asOf ?? null}::timestamptz, 'infinity')), (${scope.now}::timestamptz at time zone p.time_zone)::date,
                 (select count(*) from reporting_period r where r.plan_id = p.id and r.opens_at <= ${scope.now})) as stamp
            from action_plan p where p.id = ${scope.planId}`,
    );
    return found?.stamp ?? '';
  }
}

async function* streamed<Row>({ client }: Connection, { text, values }: Sql): AsyncGenerator<Row, void> {
  const stream = client.query(new QueryStream(text, values));
  // Leaving the loop early destroys the stream, which closes its cursor in the database.
  for await (const row of stream) yield row as Row;
}

function statementOf(name: TableName, scope: ProgressScope): Sql {
  return TABLES[name].statement(scope);
}
