import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { Clock } from '../clock.js';
import { rows } from './rows.js';

/** The parts of tables that only grow: former rows by year, audit entries by million. */
@Injectable()
export class Partitions {
  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes those that are needed next, and answers their names. As often as one likes and by several processes at once: one of
   * them does it. A row for which there is none yet is kept all the same, and gets its partition with the next call.
   */
  async keepAhead(): Promise<readonly string[]> {
    const made = await rows<{ name: string }>(
      this.db,
      sql`select name from partitions.keep_ahead(${this.clock.now()}) name`,
    );
    return made.map(({ name }) => name);
  }
}
