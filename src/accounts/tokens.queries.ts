import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { rangeOf } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { columnsOf } from '../platform/database/columns.js';
import type { RowList } from '../platform/database/pages.js';
import { rows } from '../platform/database/rows.js';
import { Token } from './token.entity.js';

/** A token as it may be shown: without the hash of its secret. */
export type TokenRow = Omit<Token, 'secretHash'>;

const columns = columnsOf(Token, 't', ['secretHash']);

@Injectable()
export class TokensQueries {
  constructor(private readonly db: DataSource) {}

  async byId(id: string): Promise<TokenRow | null> {
    const [token] = await rows<TokenRow>(this.db, sql`select ${columns} from token t where t.id = ${id}`);
    return token ?? null;
  }

  /** Tokens that the viewer may see. */
  list(viewer: Viewer, planId: string | null): RowList<TokenRow> {
    const { everywhere, plans } = rangeOf(viewer, 'readAccounts');
    return {
      name: 'tokens',
      alias: 't',
      columns,
      from: sql`token t`,
      where: [
        ...(everywhere ? [] : [sql`t.plan_id = any(${[...plans]}::uuid[])`]),
        ...(planId ? [sql`t.plan_id = ${planId}`] : []),
      ],
      order: { name: 'created-desc', by: sql`t.created_at`, type: 'timestamptz', descending: true },
    };
  }
}
