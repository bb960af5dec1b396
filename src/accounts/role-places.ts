import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { InstitutionNotInPlan } from '../action-plans/action-plan.errors.js';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import type { Role } from '../platform/access/viewer.js';
import { rows } from '../platform/database/rows.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import { RoleNeeds } from './token.errors.js';

/** Roles that hold across plans; every other one is held in a plan. */
const ACROSS_PLANS: readonly Role[] = ['ADMIN', 'OGP_STAFF', 'PARTNER'];

/** A role with the keys of where it is to hold. */
export interface RoleWanted {
  readonly role: Role;
  readonly plan?: string | null | undefined;
  readonly institution?: string | null | undefined;
}

export interface RolePlace {
  readonly planId: string | null;
  readonly planTitle: LocalizedText | null;
  readonly institutionId: string | null;
}

/** Finds where a role is to hold. */
@Injectable()
export class RolePlaces {
  constructor(
    private readonly db: DataSource,
    private readonly plans: ActionPlansQueries,
  ) {}

  /** @throws RoleNeeds, PlanNotFound or InstitutionNotInPlan */
  async find({ role, plan: planKey, institution }: RoleWanted): Promise<RolePlace> {
    if (!planKey && (institution || !ACROSS_PLANS.includes(role))) throw new RoleNeeds({ role, what: 'plan' }, 'plan');
    if (!institution && role === 'FOCAL_POINT') throw new RoleNeeds({ role, what: 'institution' }, 'institution');
    const plan = planKey ? await this.plans.byKey(planKey) : null;
    return {
      planId: plan?.id ?? null,
      planTitle: plan?.title ?? null,
      institutionId: plan && institution ? await this.institutionIn(plan.memberId, institution) : null,
    };
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
