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
import { localized, localizedOrNull } from './file-text.js';
import type { PlanFile } from './plan-file.js';
import type { StoredPlan } from './plan-reader.js';
import { commitmentRow, contactRow, milestoneRow, planRow } from './plan-rows.js';

/**
 * Makes what is stored say what the file says. Rows keep their ids. What the file does not have is removed; the database
 * refuses that where a filed check-in hangs on it, so such things have to be in the file: see `merged`.
 */
export async function writePlan(tx: EntityManager, file: PlanFile, stored: StoredPlan | null): Promise<ActionPlan> {
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
  await writeMilestones(tx, file, commitments, institutions);
  await removeCommitments(tx, file, plan.id);
  await removeGroups(tx, file, plan.id);
  return plan;
}

/** Check-ins that were only expected and are not owed any more: of another institution now, or for a period that is gone. */
export async function removeUnfiledCheckIns(tx: EntityManager, planId: string): Promise<void> {
  await rows(
    tx,
    sql`delete from check_in k where k.plan_id = ${planId} and k.id not in (select check_in_id from begun_check_in)
      and not exists (select from owed_check_in o where o.plan_id = ${planId} and o.check_in_id = k.id)`,
  );
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
  await writeContacts(tx, file, ids);
  return ids;
}

/** Of institutions that the file gives contacts of; those of others stay as they are. */
async function writeContacts(tx: EntityManager, file: PlanFile, institutions: Ids): Promise<void> {
  const place = (institutionId: string, key: string): string => `${institutionId} ${key}`;
  const listed = file.institutions.flatMap(({ key, contacts }) =>
    contacts ? [{ institutionId: idOf(institutions, key), contacts }] : [],
  );
  const stored = await tx.findBy(Contact, { institutionId: In(listed.map(({ institutionId }) => institutionId)) });
  const known = new Map(stored.map(({ institutionId, key, id }) => [place(institutionId, key), id]));
  const wanted = listed.flatMap(({ institutionId, contacts }) =>
    contacts.map(contactRow).map((row) => withId({ ...row, institutionId }, known.get(place(institutionId, row.key)))),
  );
  const staying = new Set(wanted.map(({ id }) => id));
  const gone = stored.map(({ id }) => id).filter((id) => !staying.has(id));
  await rows(tx, sql`delete from contact where id = any(${gone}::uuid[])`);
  await tx.save(Contact, wanted, { chunk: CHUNK });
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
  await replaceLinks(tx, WorkingGroupMember, {
    stored: await tx.findBy(WorkingGroupMember, { workingGroupId: In([...ids.values()]) }),
    wanted: groups.flatMap(({ key, members }) =>
      (members ?? []).map((member, position) => ({
        workingGroupId: idOf(ids, key),
        institutionId: idOf(institutions, member),
        position,
      })),
    ),
    same: ({ workingGroupId, institutionId }) => `${workingGroupId} ${institutionId}`,
  });
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
  await replaceLinks(tx, CommitmentInstitution, {
    stored: await tx.findBy(CommitmentInstitution, { commitmentId: In([...ids.values()]) }),
    wanted: file.commitments.flatMap(({ number, institutions: named }) =>
      (named ?? []).map(({ institution, role }, position) => ({
        commitmentId: idOf(ids, String(number)),
        institutionId: idOf(institutions, institution),
        role,
        position,
      })),
    ),
    same: ({ commitmentId, institutionId }) => `${commitmentId} ${institutionId}`,
  });
  return ids;
}

async function writeMilestones(tx: EntityManager, file: PlanFile, commitments: Ids, institutions: Ids): Promise<void> {
  const place = (commitmentId: string, number: number): string => `${commitmentId} ${number}`;
  const stored = await tx.findBy(Milestone, { commitmentId: In([...commitments.values()]) });
  const known = new Map(stored.map(({ commitmentId, number, id }) => [place(commitmentId, number), id]));
  const wanted = file.commitments.flatMap(({ number, milestones }) =>
    (milestones ?? []).map((milestone) => {
      const commitmentId = idOf(commitments, String(number));
      const responsibleInstitutionId = milestone.responsibleInstitution
        ? idOf(institutions, milestone.responsibleInstitution)
        : null;
      const row = { ...milestoneRow(milestone), commitmentId, responsibleInstitutionId };
      return withId(row, known.get(place(commitmentId, milestone.number)));
    }),
  );
  await tx.save(Milestone, wanted, { chunk: CHUNK });
  const staying = new Set(wanted.map(({ id }) => id));
  const gone = stored.map(({ id }) => id).filter((id) => !staying.has(id));
  await rows(tx, sql`delete from milestone where id = any(${gone}::uuid[])`);
}

async function removeCommitments(tx: EntityManager, file: PlanFile, planId: string): Promise<void> {
  const numbers = file.commitments.map(({ number }) => number);
  const gone = sql`select id from commitment where plan_id = ${planId} and number <> all(${numbers}::int[])`;
  await rows(
    tx,
    sql`delete from check_in k where k.id not in (select check_in_id from begun_check_in) and k.commitment_id in (${gone})`,
  );
  await rows(tx, sql`delete from commitment where id in (${gone})`);
}

async function removeGroups(tx: EntityManager, file: PlanFile, planId: string): Promise<void> {
  const keys = (file.workingGroups ?? []).map(({ key }) => key);
  await rows(tx, sql`delete from working_group where plan_id = ${planId} and key <> all(${keys}::text[])`);
}

/** A statement takes 65,535 values at most. */
const CHUNK = 500;

/** Rows of a table of links become these; those that are the same already are not written again. */
async function replaceLinks<Row extends object>(
  tx: EntityManager,
  entity: new () => Row,
  { stored, wanted, same }: { stored: Row[]; wanted: Row[]; same: (row: Row) => string },
): Promise<void> {
  const staying = new Set(wanted.map(same));
  await tx.remove(
    entity,
    stored.filter((row) => !staying.has(same(row))),
    { chunk: CHUNK },
  );
  await tx.save(entity, wanted, { chunk: CHUNK });
}
