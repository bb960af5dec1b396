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
import type { Problem } from './plan-file.problems.js';
import type { StoredPlan } from './plan-reader.js';
import { commitmentRow, contactRow, milestoneRow, planRow } from './plan-rows.js';
import { localized, localizedOrNull } from './plan-texts.js';

/** What stays although the file no longer has it, because a check-in was filed on it. */
export type Kept = Problem;

/** Makes what is stored say what the file says. Rows keep their ids; nothing that a filed check-in hangs on is removed. */
export async function writePlan(
  tx: EntityManager,
  file: PlanFile,
  stored: StoredPlan | null,
): Promise<{ plan: ActionPlan; kept: Kept[] }> {
  const member = await writeMember(tx, file);
  const institutions = await writeInstitutions(tx, file, member.id);
  const plan = await tx.save(ActionPlan, {
    ...(stored ? { id: stored.plan.id } : {}),
    memberId: member.id,
    ...planRow(file.plan),
  });
  await writeParticipations(tx, file, plan.id, institutions);
  const groups = await writeGroups(tx, file, plan.id, institutions);
  const commitments = await writeCommitments(tx, file, plan.id, institutions, groups);
  const keptMilestones = await writeMilestones(tx, file, commitments, institutions);
  const keptCommitments = await removeCommitments(tx, file, plan.id);
  await removeGroups(tx, file, plan.id);
  await removeUnfiledCheckIns(tx, plan.id);
  return { plan, kept: [...keptCommitments, ...keptMilestones] };
}

/** Ids by the key or number that the file knows a thing by. */
type Ids = ReadonlyMap<string, string>;

const idOf = (ids: Ids, key: string): string => {
  const id = ids.get(key);
  if (id === undefined) throw new Error(`"${key}" was not written.`);
  return id;
};

/** The row with the id that it already has, if it has one. */
const withId = <Row extends object>(row: Row, id: string | undefined): Row & { id?: string } =>
  id === undefined ? row : { ...row, id };

async function writeMember(tx: EntityManager, { member }: PlanFile): Promise<Member> {
  const known = await tx.findOneBy(Member, { key: member.key });
  return tx.save(
    Member,
    withId(
      {
        key: member.key,
        name: localized(member.name),
        kind: member.kind,
        country: member.country,
        website: member.website ?? null,
      },
      known?.id,
    ),
  );
}

async function writeInstitutions(tx: EntityManager, file: PlanFile, memberId: string): Promise<Ids> {
  const known = new Map((await tx.findBy(Institution, { memberId })).map(({ key, id }) => [key, id]));
  const saved = await tx.save(
    Institution,
    file.institutions.map(({ key, name, kind, website }) =>
      withId({ memberId, key, name: localized(name), kind, website: website ?? null }, known.get(key)),
    ),
  );
  const ids = new Map([...known, ...saved.map(({ key, id }) => [key, id] as const)]);
  for (const { key, contacts } of file.institutions) {
    if (contacts) await writeContacts(tx, idOf(ids, key), contacts.map(contactRow));
  }
  return ids;
}

async function writeContacts(
  tx: EntityManager,
  institutionId: string,
  contacts: ReturnType<typeof contactRow>[],
): Promise<void> {
  const known = await tx.findBy(Contact, { institutionId });
  const gone = known.filter(({ key }) => !contacts.some((contact) => contact.key === key));
  if (gone.length > 0) await tx.delete(Contact, { id: In(gone.map(({ id }) => id)) });
  await tx.save(
    Contact,
    contacts.map((contact) => withId({ ...contact, institutionId }, known.find(({ key }) => key === contact.key)?.id)),
  );
}

async function writeParticipations(
  tx: EntityManager,
  file: PlanFile,
  planId: string,
  institutions: Ids,
): Promise<void> {
  const known = await tx.findBy(PlanParticipation, { planId });
  const wanted = (file.plan.participations ?? []).map(({ institution, role, note }, position) => {
    const institutionId = idOf(institutions, institution);
    const same = known.find((row) => row.institutionId === institutionId && row.role === role);
    return withId({ planId, institutionId, role, note: localizedOrNull(note), position }, same?.id);
  });
  const gone = known.filter(({ id }) => !wanted.some((row) => row.id === id));
  if (gone.length > 0) await tx.delete(PlanParticipation, { id: In(gone.map(({ id }) => id)) });
  await tx.save(PlanParticipation, wanted);
}

async function writeGroups(tx: EntityManager, file: PlanFile, planId: string, institutions: Ids): Promise<Ids> {
  const known = new Map((await tx.findBy(WorkingGroup, { planId })).map(({ key, id }) => [key, id]));
  const groups = file.workingGroups ?? [];
  const saved = await tx.save(
    WorkingGroup,
    groups.map(({ key, name, coordinator, note }) =>
      withId(
        {
          planId,
          key,
          name: localized(name),
          coordinatorInstitutionId: coordinator ? idOf(institutions, coordinator) : null,
          note: localizedOrNull(note),
        },
        known.get(key),
      ),
    ),
  );
  const ids = new Map(saved.map(({ key, id }) => [key, id]));
  await tx.delete(WorkingGroupMember, { workingGroupId: In([...ids.values()]) });
  await tx.insert(
    WorkingGroupMember,
    groups.flatMap(({ key, members }) =>
      (members ?? []).map((member, position) => ({
        workingGroupId: idOf(ids, key),
        institutionId: idOf(institutions, member),
        position,
      })),
    ),
  );
  return ids;
}

async function writeCommitments(
  tx: EntityManager,
  file: PlanFile,
  planId: string,
  institutions: Ids,
  groups: Ids,
): Promise<Ids> {
  const known = new Map((await tx.findBy(Commitment, { planId })).map(({ number, id }) => [number, id]));
  const saved = await tx.save(
    Commitment,
    file.commitments.map((commitment) =>
      withId(
        {
          ...commitmentRow(commitment),
          planId,
          workingGroupId: commitment.workingGroup ? idOf(groups, commitment.workingGroup) : null,
        },
        known.get(commitment.number),
      ),
    ),
  );
  const ids = new Map(saved.map(({ number, id }) => [String(number), id]));
  await tx.delete(CommitmentInstitution, { commitmentId: In([...ids.values()]) });
  await tx.insert(
    CommitmentInstitution,
    file.commitments.flatMap(({ number, institutions: named }) =>
      (named ?? []).map(({ institution, role }, position) => ({
        commitmentId: idOf(ids, String(number)),
        institutionId: idOf(institutions, institution),
        role,
        position,
      })),
    ),
  );
  return ids;
}

async function writeMilestones(
  tx: EntityManager,
  file: PlanFile,
  commitments: Ids,
  institutions: Ids,
): Promise<Kept[]> {
  const known = await tx.findBy(Milestone, { commitmentId: In([...commitments.values()]) });
  const wanted = file.commitments.flatMap(({ number, milestones }) =>
    (milestones ?? []).map((milestone) => {
      const commitmentId = idOf(commitments, String(number));
      const responsibleInstitutionId = milestone.responsibleInstitution
        ? idOf(institutions, milestone.responsibleInstitution)
        : null;
      const same = known.find((row) => row.commitmentId === commitmentId && row.number === milestone.number);
      return withId({ ...milestoneRow(milestone), commitmentId, responsibleInstitutionId }, same?.id);
    }),
  );
  await tx.save(Milestone, wanted, { chunk: 500 });
  const gone = known.filter(({ id }) => !wanted.some((row) => row.id === id));
  const reported = await reportedMilestones(
    tx,
    gone.map(({ id }) => id),
  );
  const removable = gone.filter(({ id }) => !reported.has(id)).map(({ id }) => id);
  if (removable.length > 0) await tx.delete(Milestone, { id: In(removable) });
  const numbers = new Map([...commitments].map(([number, id]) => [id, number]));
  return gone
    .filter(({ id }) => reported.has(id))
    .map(({ commitmentId, number }) => ({
      path: `$.commitments[number=${numbers.get(commitmentId)}].milestones[number=${number}]`,
      key: 'planImport.milestoneKept',
      args: { number },
    }));
}

async function reportedMilestones(tx: EntityManager, ids: readonly string[]): Promise<Set<string>> {
  const found = await rows<{ id: string }>(
    tx,
    sql`select milestone_id as id from milestone_update where milestone_id = any(${[...ids]}::uuid[]) union select milestone_id from evidence where milestone_id = any(${[...ids]}::uuid[])`,
  );
  return new Set(found.map(({ id }) => id));
}

async function removeCommitments(tx: EntityManager, file: PlanFile, planId: string): Promise<Kept[]> {
  const numbers = file.commitments.map(({ number }) => number);
  const gone = await rows<{ id: string; number: number; filed: boolean }>(
    tx,
    sql`select c.id, c.number, exists (select from check_in k where k.commitment_id = c.id and k.version > 0) as filed
          from commitment c where c.plan_id = ${planId} and c.number <> all(${numbers}::int[])`,
  );
  const removable = gone.filter(({ filed }) => !filed).map(({ id }) => id);
  await rows(tx, sql`delete from check_in where commitment_id = any(${removable}::uuid[])`);
  await rows(tx, sql`delete from commitment where id = any(${removable}::uuid[])`);
  return gone
    .filter(({ filed }) => filed)
    .map(({ number }) => ({
      path: `$.commitments[number=${number}]`,
      key: 'planImport.commitmentKept',
      args: { number },
    }));
}

async function removeGroups(tx: EntityManager, file: PlanFile, planId: string): Promise<void> {
  const keys = (file.workingGroups ?? []).map(({ key }) => key);
  await rows(
    tx,
    sql`delete from working_group g where g.plan_id = ${planId} and g.key <> all(${keys}::text[]) and not exists (select from commitment c where c.working_group_id = g.id)`,
  );
}

/** Check-ins that were only expected, of institutions that no longer owe them. */
async function removeUnfiledCheckIns(tx: EntityManager, planId: string): Promise<void> {
  await rows(
    tx,
    sql`delete from check_in k where k.plan_id = ${planId} and k.version = 0
      and not exists (select from implementing_institution n where n.commitment_id = k.commitment_id and n.institution_id = k.institution_id)`,
  );
}
