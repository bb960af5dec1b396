import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { Viewer } from '../platform/access/viewer.js';
import { Clock } from '../platform/clock.js';
import { columnsOf } from '../platform/database/columns.js';
import { rows } from '../platform/database/rows.js';
import { hashOf } from './secrets.js';
import { MINUTE } from './sign-in.terms.js';
import { Token } from './token.entity.js';
import { TokenNotGood } from './token.errors.js';

/** Tells by the `Authorization` header who asks. A bad one is refused, never downgraded. */
@Injectable()
export class TokenAuthentication {
  constructor(
    private readonly db: DataSource,
    private readonly clock: Clock,
  ) {}

  /** @throws TokenNotGood */
  async viewerOf(authorization: string): Promise<Viewer> {
    const secret = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
    const now = this.clock.now();
    const token = secret ? await this.usable(hashOf(secret), now) : undefined;
    if (!token) throw new TokenNotGood();
    await this.noteUse(token, now);
    const grant = { role: token.role, planId: token.planId, institutionId: token.institutionId };
    return Viewer.token(token.id, token.name, [grant], token.scopes);
  }

  private async usable(secretHash: Buffer, now: Date): Promise<Token | undefined> {
    const [token] = await rows<Token>(
      this.db,
      sql`select ${columnsOf(Token, 't')} from token t where t.secret_hash = ${secretHash} and t.revoked_at is null and t.expires_at > ${now}`,
    );
    return token;
  }

  /** To the minute: a write for every read would cost more than it tells. */
  private async noteUse(token: Token, now: Date): Promise<void> {
    if (token.lastUsedAt && now.getTime() - token.lastUsedAt.getTime() < MINUTE) return;
    await rows(this.db, sql`update token set last_used_at = ${now} where id = ${token.id}`);
  }
}
