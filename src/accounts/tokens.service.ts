import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { InstitutionNotInPlan } from '../action-plans/action-plan.errors.js';
import { assertMay } from '../platform/access/access.js';
import type { Role, Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { rows } from '../platform/database/rows.js';
import { hashOf, newSecret } from './token-secret.js';
import { Token } from './token.entity.js';
import { RoleNeeds } from './token.errors.js';

const DAY = 24 * 60 * 60 * 1000;
/** Roles that hold across plans; every other one is held in a plan. */
const ACROSS_PLANS: readonly Role[] = ['ADMIN', 'OGP_STAFF', 'PARTNER'];

export interface TokenWanted {
  readonly name: string;
  readonly role: Role;
  readonly plan?: string | undefined;
  readonly institution?: string | undefined;
  readonly days: number;
}

@Injectable()
export class TokensService {
  constructor(
    private readonly db: DataSource,
    private readonly changes: Changes,
    private readonly plans: ActionPlansQueries,
  ) {}

  /** Makes a token. Its secret is in the answer and nowhere else. */
  async create(viewer: Viewer, wanted: TokenWanted): Promise<{ secret: string; expiresAt: Date }> {
    if (!wanted.plan && !ACROSS_PLANS.includes(wanted.role))
      throw new RoleNeeds({ role: wanted.role, what: 'plan' }, 'plan');
    if (!wanted.institution && wanted.role === 'FOCAL_POINT')
      throw new RoleNeeds({ role: wanted.role, what: 'institution' }, 'institution');
    const plan = wanted.plan ? await this.plans.byKey(wanted.plan) : null;
    assertMay(viewer, 'tokenCreate', { planId: plan?.id ?? null });
    const institutionId =
      plan && wanted.institution ? await this.institutionIn(plan.memberId, wanted.institution) : null;
    const secret = newSecret();
    return this.changes.by(viewer, 'tokenCreate', async (change) => {
      change.allow({ planId: plan?.id ?? null });
      const expiresAt = new Date(change.at.getTime() + wanted.days * DAY);
      const token = await change.tx.save(
        change.tx.create(Token, {
          name: wanted.name,
          secretHash: hashOf(secret),
          role: wanted.role,
          planId: plan?.id ?? null,
          institutionId,
          createdAt: change.at,
          expiresAt,
          revokedAt: null,
          lastUsedAt: null,
        }),
      );
      change.record(
        'token.created',
        { type: 'Token', id: token.id, planId: token.planId },
        {
          before: null,
          after: { name: token.name, role: token.role, institution: wanted.institution ?? null, expiresAt },
        },
      );
      return { secret, expiresAt };
    });
  }

  private async institutionIn(memberId: string, key: string): Promise<string> {
    const [found] = await rows<{ id: string }>(
      this.db,
      sql`select id from institution where member_id = ${memberId} and key = ${key}`,
    );
    if (!found) throw new InstitutionNotInPlan({ institution: key }, 'institution');
    return found.id;
  }
}
