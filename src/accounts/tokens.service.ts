import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { assertMay } from '../platform/access/access.js';
import type { Scope, Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { rows } from '../platform/database/rows.js';
import { RolePlaces, type RoleWanted } from './role-places.js';
import { hashOf, newTokenSecret } from './secrets.js';
import { DAY, after } from './sign-in.terms.js';
import { Token } from './token.entity.js';
import { ScopeBeyondRole, TokenNotFound } from './token.errors.js';
import { scopesOf } from './token-scopes.js';
import { TokensQueries } from './tokens.queries.js';

export interface TokenWanted extends RoleWanted {
  readonly name: string;
  /** All that its role can use, when left out. */
  readonly scopes?: readonly Scope[] | null | undefined;
  readonly days: number;
}

@Injectable()
export class TokensService {
  constructor(
    private readonly changes: Changes,
    private readonly places: RolePlaces,
    private readonly tokens: TokensQueries,
  ) {}

  /** Makes a token. Its secret is in the answer and nowhere else. */
  async create(viewer: Viewer, wanted: TokenWanted): Promise<{ id: string; secret: string; expiresAt: Date }> {
    const { planId, institutionId } = await this.places.find(wanted);
    assertMay(viewer, 'tokenCreate', { planId });
    const scopes = scopesFor(wanted);
    const secret = newTokenSecret();
    return this.changes.by(viewer, 'tokenCreate', async (change) => {
      change.allow({ planId });
      const expiresAt = after(change.at, wanted.days * DAY);
      const { name, role } = wanted;
      const token = await change.tx.save(
        change.tx.create(Token, {
          ...{ name, role, planId, institutionId, scopes, expiresAt },
          secretHash: hashOf(secret),
          createdAt: change.at,
          revokedAt: null,
          lastUsedAt: null,
        }),
      );
      change.record(
        'token.created',
        { type: 'Token', id: token.id, planId },
        { before: null, after: { name, role, institution: wanted.institution ?? null, scopes, expiresAt } },
      );
      return { id: token.id, secret, expiresAt };
    });
  }

  /** From then on it is refused. @throws TokenNotFound also when it was revoked already */
  async revoke(viewer: Viewer, id: string): Promise<void> {
    const token = await this.tokens.byId(id);
    if (!token) throw new TokenNotFound({}, 'token');
    assertMay(viewer, 'tokenRevoke', { planId: token.planId });
    await this.changes.by(viewer, 'tokenRevoke', async (change) => {
      change.allow({ planId: token.planId });
      const [revoked] = await rows(
        change.tx,
        sql`with revoked as (update token set revoked_at = ${change.at} where id = ${id} and revoked_at is null returning id)
            select id from revoked`,
      );
      if (!revoked) throw new TokenNotFound({}, 'token');
      const { name, role, planId } = token;
      change.record('token.revoked', { type: 'Token', id, planId }, { before: { name, role }, after: null });
    });
  }
}

/** @throws ScopeBeyondRole */
function scopesFor({ role, scopes }: TokenWanted): Scope[] {
  const possible = scopesOf(role);
  const beyond = scopes?.find((scope) => !possible.includes(scope));
  if (beyond) throw new ScopeBeyondRole({ role, scope: beyond }, 'scopes');
  return scopes ? [...new Set(scopes)] : possible;
}
