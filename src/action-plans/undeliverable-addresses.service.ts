import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { InstitutionsQueries } from '../institutions/institutions.queries.js';
import type { ContactType } from '../institutions/institution.type.js';
import { assertMay } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes } from '../platform/audit/changes.js';
import { rows } from '../platform/database/rows.js';
import { UndeliverableAddressNotFound } from './action-plan.errors.js';
import type { UndeliverableAddressClearInput } from './action-plan.inputs.js';
import { ActionPlansQueries } from './action-plans.queries.js';

@Injectable()
export class UndeliverableAddressesService {
  constructor(
    private readonly db: DataSource,
    private readonly changes: Changes,
    private readonly plans: ActionPlansQueries,
    private readonly institutions: InstitutionsQueries,
  ) {}

  /**
   * Mail may go to the address again. Only to that of somebody whom the plan writes to, a contact or a person with a role
   * in it: for all others it is as if there were none, so that nobody can find out who has which address.
   *
   * @returns the contacts that it belongs to; none when it is only a person's
   */
  async clear(viewer: Viewer, input: UndeliverableAddressClearInput): Promise<ContactType[]> {
    const plan = await this.plans.byKey(input.plan, 'input.plan');
    assertMay(viewer, 'undeliverableAddressClear', { planId: plan.id });
    const [contact] = await this.institutions.contactsAt(plan.memberId, input.address, viewer);
    if (!contact && !(await this.isWrittenTo(plan.id, input.address)))
      throw new UndeliverableAddressNotFound({}, 'input.address');
    await this.changes.by(viewer, 'undeliverableAddressClear', async (change) => {
      change.allow({ planId: plan.id });
      const [was] = await rows<{ kind: string; since: Date }>(
        change.tx,
        sql`with cleared as (delete from undeliverable_address where address = lower(${input.address}) returning kind, since)
          select kind, since from cleared`,
      );
      if (!was) throw new UndeliverableAddressNotFound({}, 'input.address');
      change.record(
        'undeliverableAddress.cleared',
        contact
          ? { type: 'Contact', id: contact.id, planId: plan.id }
          : { type: 'ActionPlan', id: plan.id, planId: plan.id },
        { before: was, after: null, reason: input.reason },
      );
    });
    return this.institutions.contactsAt(plan.memberId, input.address, viewer);
  }

  private async isWrittenTo(planId: string, address: string): Promise<boolean> {
    const found = await rows(
      this.db,
      sql`select from plan_recipient where plan_id = ${planId} and address = lower(${address}) limit 1`,
    );
    return found.length > 0;
  }
}
