import sql from 'sql-template-tag';
import { In, type EntityManager } from 'typeorm';
import { ActionPlan } from '../action-plans/action-plan.entity.js';
import { Member } from '../action-plans/member.entity.js';
import { PlanParticipation } from '../action-plans/plan-participation.entity.js';
import { Commitment, CommitmentInstitution } from '../commitments/commitment.entity.js';
import { Milestone } from '../commitments/milestone.entity.js';
import { Contact } from '../institutions/contact.entity.js';
import { Institution } from '../institutions/institution.entity.js';
import { rows } from '../platform/database/rows.js';
import { WorkingGroup, WorkingGroupMember } from '../working-groups/working-group.entity.js';
import type { PlanFile } from './plan-file.js';
import type { Filed } from './plan-merge.js';
import { commitmentFile, contactFile, milestoneFile, planFile } from './plan-rows.js';

/** The rows of one plan, as they are read for an export or before an import. */
export interface StoredPlan {
  readonly plan: ActionPlan;
  readonly member: Member;
  readonly institutions: readonly Institution[];
  readonly contacts: readonly Contact[];
  readonly participations: readonly PlanParticipation[];
  readonly groups: readonly WorkingGroup[];
  readonly groupMembers: readonly WorkingGroupMember[];
  readonly commitments: readonly Commitment[];
  readonly commitmentInstitutions: readonly CommitmentInstitution[];
  readonly milestones: readonly Milestone[];
}

/** All rows of a plan; null when there is no such plan. */
export async function readPlan(tx: EntityManager, key: string): Promise<StoredPlan | null> {
  const plan = await tx.findOneBy(ActionPlan, { key });
  if (!plan) return null;
  const inPlan = { where: { planId: plan.id } };
  const member = await tx.findOneByOrFail(Member, { id: plan.memberId });
  const institutions = await tx.find(Institution, { where: { memberId: plan.memberId }, order: { key: 'ASC' } });
  const contacts = await tx.find(Contact, {
    where: { institutionId: In(institutions.map(({ id }) => id)) },
    order: { position: 'ASC' },
  });
  const participations = await tx.find(PlanParticipation, { ...inPlan, order: { position: 'ASC' } });
  const groups = await tx.find(WorkingGroup, { ...inPlan, order: { key: 'ASC' } });
  const groupMembers = await tx.find(WorkingGroupMember, {
    where: { workingGroupId: In(groups.map(({ id }) => id)) },
    order: { position: 'ASC' },
  });
  const commitments = await tx.find(Commitment, { ...inPlan, order: { number: 'ASC' } });
  const ofCommitments = { commitmentId: In(commitments.map(({ id }) => id)) };
  const commitmentInstitutions = await tx.find(CommitmentInstitution, {
    where: ofCommitments,
    order: { position: 'ASC' },
  });
  const milestones = await tx.find(Milestone, { where: ofCommitments, order: { number: 'ASC' } });
  return {
    plan,
    member,
    institutions,
    contacts,
    participations,
    groups,
    groupMembers,
    commitments,
    commitmentInstitutions,
    milestones,
  };
}

/** What check-ins, a draft is somebody's work too, and assessments were filed on, who met, and which due dates were moved. */
export async function filedOn(tx: EntityManager, { plan }: StoredPlan): Promise<Filed> {
  const moved = await rows<{ commitment: number; milestone: number; days: string[] }>(
    tx,
    sql`select c.number as commitment, m.number as milestone, array_agg(d.previous_due_on::text) filter (where d.previous_due_on is not null) as days
          from milestone_due_date d join milestone m on m.id = d.milestone_id join commitment c on c.id = m.commitment_id
         where c.plan_id = ${plan.id} group by 1, 2`,
  );
  const found = await rows<{ commitment: number; milestone: number | null }>(
    tx,
    sql`select distinct c.number as commitment, m.number as milestone
          from check_in k
          join begun_check_in b on b.check_in_id = k.id
          left join check_in_draft d on d.check_in_id = k.id
          join commitment c on c.id = k.commitment_id
          left join lateral (select milestone_id from milestone_update where check_in_id = k.id
                             union select milestone_id from evidence where check_in_id = k.id
                             union select w.milestone_id from verification v join verified_milestone w on w.verification_id = v.id where v.check_in_id = k.id
                             union select milestone_id from evidence_file where check_in_id = k.id
                             union select (e->>'milestone')::uuid from jsonb_array_elements((d.report->'milestones') || (d.report->'evidence')) e) u on true
          left join milestone m on m.id = u.milestone_id
         where k.plan_id = ${plan.id}`,
  );
  const assessed = await rows<{ number: number }>(
    tx,
    sql`select number from commitment where plan_id = ${plan.id} and id in (select commitment_id from assessment)`,
  );
  const met = await rows<{ key: string }>(
    tx,
    sql`select key from working_group where plan_id = ${plan.id} and id in (select working_group_id from meeting)`,
  );
  const all = [...found, ...moved];
  const nameOf = ({ commitment, milestone }: { commitment: number; milestone: number | null }) =>
    `${commitment}.${milestone}`;
  return {
    commitments: new Set([...all.map(({ commitment }) => commitment), ...assessed.map(({ number }) => number)]),
    groups: new Set(met.map(({ key }) => key)),
    milestones: new Set(all.map(nameOf)),
    earlierDueDates: new Map(moved.map((one) => [nameOf(one), one.days ?? []])),
  };
}

/** The stored plan as a plan file, every text written out with its origin. */
export function fileOf(stored: StoredPlan): PlanFile {
  const keyOfInstitution = new Map(stored.institutions.map(({ id, key }) => [id, key]));
  const institutionKey = (id: string): string => keyOfInstitution.get(id) ?? id;
  const keyOfGroup = new Map(stored.groups.map(({ id, key }) => [id, key]));
  const contacts = groupedBy(stored.contacts, ({ institutionId }) => institutionId);
  const members = groupedBy(stored.groupMembers, ({ workingGroupId }) => workingGroupId);
  const implementing = groupedBy(stored.commitmentInstitutions, ({ commitmentId }) => commitmentId);
  const milestones = groupedBy(stored.milestones, ({ commitmentId }) => commitmentId);
  const { key, name, kind, country, website } = stored.member;
  return {
    format: 'mithaq-plan/1',
    member: { key, name, kind, country, ...(website ? { website } : {}) },
    institutions: stored.institutions.map((institution) => institutionFile(institution, contacts(institution.id))),
    plan: planFile(
      stored.plan,
      stored.participations.map(({ institutionId, role, note }) => ({
        institution: institutionKey(institutionId),
        role,
        ...(note ? { note } : {}),
      })),
    ),
    workingGroups: stored.groups.map((group) => ({
      key: group.key,
      name: group.name,
      ...(group.coordinatorInstitutionId ? { coordinator: institutionKey(group.coordinatorInstitutionId) } : {}),
      members: members(group.id).map(({ institutionId }) => institutionKey(institutionId)),
      ...(group.note ? { note: group.note } : {}),
    })),
    commitments: stored.commitments.map((commitment) =>
      commitmentFile(commitment, {
        institutions: implementing(commitment.id).map(({ institutionId, role }) => ({
          institution: institutionKey(institutionId),
          role,
        })),
        workingGroup: commitment.workingGroupId ? keyOfGroup.get(commitment.workingGroupId) : undefined,
        milestones: milestones(commitment.id).map((milestone) =>
          milestoneFile(
            milestone,
            milestone.responsibleInstitutionId ? institutionKey(milestone.responsibleInstitutionId) : undefined,
          ),
        ),
      }),
    ),
  };
}

function institutionFile(
  { key, name, kind, website }: Institution,
  contacts: readonly Contact[],
): PlanFile['institutions'][number] {
  return {
    key,
    name,
    kind,
    ...(website ? { website } : {}),
    contacts: contacts.map(contactFile),
  };
}

/** A lookup by parent; asking each parent for its rows one by one would take the square of their number. */
function groupedBy<Row>(all: readonly Row[], parent: (row: Row) => string): (id: string) => readonly Row[] {
  const groups = new Map<string, Row[]>();
  for (const row of all) {
    const group = groups.get(parent(row));
    if (group) group.push(row);
    else groups.set(parent(row), [row]);
  }
  return (id) => groups.get(id) ?? [];
}
