import { Injectable } from '@nestjs/common';
import sql, { join, raw } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import type { Viewer } from '../access/viewer.js';
import { rows } from '../database/rows.js';

interface NodeSource {
  readonly table: string;
  readonly load: (id: string, viewer: Viewer) => Promise<object | null>;
}

/** Which types `node(id)` can answer; every feature enters its own. */
@Injectable()
export class NodeRegistry {
  private readonly sources = new Map<string, NodeSource>();

  constructor(private readonly db: DataSource) {}

  register(typename: string, table: string, load: NodeSource['load']): void {
    this.sources.set(typename, { table, load });
  }

  async find(id: string, viewer: Viewer): Promise<object | null> {
    const places = [...this.sources].map(
      ([typename, { table }]) => sql`select ${typename}::text as typename from ${raw(table)} where id = ${id}::uuid`,
    );
    const [place] = await rows<{ typename: string }>(this.db, sql`${join(places, ' union all ')}`);
    const row = place && (await this.sources.get(place.typename)?.load(id, viewer));
    return row ? { ...row, __typename: place.typename } : null;
  }
}
