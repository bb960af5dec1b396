import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { InstitutionsQueries } from '../institutions/institutions.queries.js';
import type { Institution } from '../institutions/institution.entity.js';
import { AsOfBeforeBeginning } from '../platform/database/as-of.js';
import { Columns, columnsByName, columnsOf, type AskedColumns } from '../platform/database/columns.js';
import type { Ordering, RowList } from '../platform/database/pages.js';
import { keysOf, rows } from '../platform/database/rows.js';
import { askedAsOf } from '../platform/logging/request-context.js';
import { InstitutionNotInPlan, PlanNotFound } from './action-plan.errors.js';
import type { ActionPlanOrder } from './action-plan.inputs.js';
import { ActionPlan } from './action-plan.entity.js';
import { Member } from './member.entity.js';
import { PlanParticipation } from './plan-participation.entity.js';

const byEnd = { by: sql`coalesce(p.ends_on, 'infinity'::date)`, type: 'date' } as const;
const ORDERS: Record<ActionPlanOrder, Ordering> = {
  KEY_ASC: { name: 'key', by: sql`p.key`, type: 'text' },
  KEY_DESC: { name: 'key-desc', by: sql`p.key`, type: 'text', descending: true },
  END_DATE_ASC: { name: 'end', ...byEnd },
  END_DATE_DESC: { name: 'end-desc', ...byEnd, descending: true },
};

/** A plan row, with the language that its texts fall back to. */
export type ActionPlanRow = ActionPlan & { readonly ownLanguage: string };
export type ParticipationRow = PlanParticipation & { readonly ownLanguage: string };

/** Whether the institution is the one of the plan's member with the key: looked up by both, for others may use the same key. */
export const isInstitution = (id: Sql, planId: Sql, key: string): Sql =>
  sql`exists (select from institution i join action_plan a on a.member_id = i.member_id where i.id = ${id} and a.id = ${planId} and i.key = ${key})`;

const planColumns = new Columns({ ...columnsByName(ActionPlan, 'p'), ownLanguage: sql`p.language` });

@Injectable()
export class ActionPlansQueries {
  constructor(
    private readonly db: DataSource,
    private readonly institutions: InstitutionsQueries,
  ) {}

  list(order: ActionPlanOrder, filter: { member?: string | null } = {}, ofMember = false): RowList<ActionPlanRow> {
    return {
      name: 'plans',
      alias: 'p',
      columns: planColumns,
      from: sql`action_plan p`,
      where: filter.member ? [sql`p.member_id = (select id from member where key = ${filter.member})`] : [],
      order: ORDERS[order],
      ...(ofMember ? { parent: sql`p.member_id` } : {}),
    };
  }

  /**
   * @param asked what has to be read of it
   * @throws PlanNotFound that names the field which the key was given in; AsOfBeforeBeginning where it came later
   */
  async byKey(key: string, field = 'plan', asked?: AskedColumns): Promise<ActionPlanRow> {
    const [plan] = await rows<ActionPlanRow>(
      this.db,
      sql`select ${planColumns.of(asked)} from action_plan p where p.key = ${key}`,
    );
    if (plan) return plan;
    if (askedAsOf()) await this.refuseBeforeBeginning(key);
    throw new PlanNotFound({ plan: key }, field);
  }

  /** Of a list by plan, the part of one plan, found by its key in the same statement. */
  listOf<Row>(key: string, { parent, ...list }: RowList<Row>): RowList<Row> {
    if (!parent) throw new Error(`The list "${list.name}" has no parent column.`);
    return { ...list, where: [...list.where, sql`${parent} = (select id from action_plan where key = ${key})`] };
  }

  /** Looks for the plan when nothing of it was found. @throws PlanNotFound */
  async unlessUnknown<List extends { readonly nodes: readonly unknown[] }>(key: string, found: List): Promise<List> {
    if (found.nodes.length === 0) await this.byKey(key);
    return found;
  }

  private async refuseBeforeBeginning(key: string): Promise<void> {
    const [plan] = await rows<{ since: Date }>(this.db, sql`select since from beginning where key = ${key}`);
    if (plan) throw new AsOfBeforeBeginning({ plan: key, since: plan.since.toISOString() }, 'asOf');
  }

  /** Of an institution of the plan's member. @throws InstitutionNotInPlan that names the field */
  institutionId({ memberId }: Pick<ActionPlan, 'memberId'>, key: string, field: string): Promise<string> {
    return this.institutionIn(sql`i.member_id = ${memberId}`, key, field);
  }

  /** Of an institution that owes check-ins in the plan. @throws InstitutionNotInPlan that names the field */
  implementingId({ id }: Pick<ActionPlan, 'id'>, key: string, field: string): Promise<string> {
    return this.institutionIn(
      sql`i.id in (select institution_id from implementing_institution where plan_id = ${id})`,
      key,
      field,
    );
  }

  private async institutionIn(which: Sql, key: string, field: string): Promise<string> {
    const [found] = await rows<{ id: string }>(
      this.db,
      sql`select i.id from institution i where i.key = ${key} and ${which}`,
    );
    if (!found) throw new InstitutionNotInPlan({ institution: key }, field);
    return found.id;
  }

  byIds(ids: readonly string[]): Promise<ActionPlanRow[]> {
    return rows(this.db, sql`select ${planColumns.all} from action_plan p where p.id = any(${keysOf(ids)})`);
  }

  async keys(): Promise<string[]> {
    return (await rows<{ key: string }>(this.db, sql`select key from action_plan order by key`)).map(({ key }) => key);
  }

  membersByIds(ids: readonly string[]): Promise<Member[]> {
    return rows(this.db, sql`select ${columnsOf(Member, 'm')} from member m where m.id = any(${keysOf(ids)})`);
  }

  /** The parts that institutions have in a plan. */
  participations(role: string | null): RowList<ParticipationRow> {
    return {
      name: 'participations',
      alias: 'a',
      columns: sql`${columnsOf(PlanParticipation, 'a')}, p.language as "ownLanguage"`,
      from: sql`plan_participation a join action_plan p on p.id = a.plan_id`,
      where: role ? [sql`a.role = ${role}`] : [],
      order: { name: 'position', by: sql`a.position`, type: 'integer' },
      parent: sql`a.plan_id`,
    };
  }

  async participationById(id: string): Promise<ParticipationRow | null> {
    const { columns, from } = this.participations(null);
    const [found] = await rows<ParticipationRow>(this.db, sql`select ${columns} from ${from} where a.id = ${id}`);
    return found ?? null;
  }

  /** Every institution of a plan's member that the plan, a group or a commitment names. */
  institutionsOf(
    planId: string | null,
    filter: { kind?: string | null; withoutAddress?: boolean | null },
  ): RowList<Institution> {
    return this.institutions.list({
      name: 'institutions',
      where: [
        ...(planId
          ? [
              sql`i.member_id = (select member_id from action_plan where id = ${planId}::uuid) and i.id in (
                select institution_id from plan_participation where plan_id = ${planId}::uuid
                union select institution_id from implementing_institution where plan_id = ${planId}::uuid
                union select m.institution_id from working_group_member m join working_group g on g.id = m.working_group_id where g.plan_id = ${planId}::uuid
                union select coordinator_institution_id from working_group where plan_id = ${planId}::uuid
                union select t.responsible_institution_id from milestone t join commitment c on c.id = t.commitment_id where c.plan_id = ${planId}::uuid)`,
            ]
          : []),
        ...(filter.kind ? [sql`i.kind = ${filter.kind}`] : []),
        ...(filter.withoutAddress == null
          ? []
          : [
              sql`exists (select from contact k where k.institution_id = i.id and k.role = 'FOCAL_POINT' and k.email is not null
                            and not exists (select from undeliverable_address u where u.address = lower(k.email)) offset 0) = ${!filter.withoutAddress}::boolean`,
            ]),
      ],
    });
  }
}
