import { Injectable } from '@nestjs/common';
import sql, { join, type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { rangeOf } from '../platform/access/access.js';
import type { Role, Viewer } from '../platform/access/viewer.js';
import { columnsOf } from '../platform/database/columns.js';
import type { RowList } from '../platform/database/pages.js';
import { groupedBy, keysOf, rows } from '../platform/database/rows.js';
import type { Batch } from '../platform/graphql/loaders.js';
import type { Language, LocalizedText } from '../platform/i18n/text.js';
import { Person, RoleGrant } from './person.entity.js';

export interface PeopleWanted {
  /** Id of a plan. */
  readonly planId?: string | null;
  readonly role?: Role | null;
}

export interface RoleInWords {
  readonly role: Role;
  readonly plan: LocalizedText | null;
  readonly institution: LocalizedText | null;
  /** The plan's own language. */
  readonly ownLanguage: Language | null;
}

/** More than anybody has. */
const MOST_ROLES = 100;

const personColumns = columnsOf(Person, 'n');
const grantColumns = columnsOf(RoleGrant, 'g');

@Injectable()
export class PeopleQueries {
  constructor(private readonly db: DataSource) {}

  async byId(id: string): Promise<Person | null> {
    const [person] = await rows<Person>(this.db, sql`select ${personColumns} from person n where n.id = ${id}`);
    return person ?? null;
  }

  /** People who hold a role that the viewer may see, and those who held one. */
  list(viewer: Viewer, wanted: PeopleWanted): RowList<Person> {
    const { everywhere, plans } = rangeOf(viewer, 'readAccounts');
    const ofRole = [
      ...(wanted.planId ? [sql`g.plan_id = ${wanted.planId}`] : []),
      ...(wanted.role ? [sql`g.role = ${wanted.role}`] : []),
    ];
    return {
      name: 'people',
      alias: 'n',
      columns: personColumns,
      from: sql`person n`,
      where: [
        ...(everywhere ? [] : [hasGrant([sql`g.plan_id = any(${[...plans]}::uuid[])`])]),
        ...(ofRole.length > 0 ? [hasGrant([...ofRole, sql`g.revoked_at is null`])] : []),
      ],
      order: { name: 'created-desc', by: sql`n.created_at`, type: 'timestamptz', descending: true },
    };
  }

  /** The person, if the viewer may see them. */
  async seen(id: string, viewer: Viewer): Promise<Person | null> {
    if (viewer.personId === id) return this.byId(id);
    const [person] = await rows<Person>(
      this.db,
      sql`select ${personColumns} from person n where ${join([sql`n.id = ${id}`, ...this.list(viewer, {}).where], ' and ')}`,
    );
    return person ?? null;
  }

  async grantById(id: string): Promise<RoleGrant | null> {
    const [grant] = await rows<RoleGrant>(this.db, sql`select ${grantColumns} from role_grant g where g.id = ${id}`);
    return grant ?? null;
  }

  /** Roles of many people, newest first, as far as the viewer may see them. */
  grantsOf(personIds: readonly string[], viewer: Viewer): Promise<RoleGrant[]> {
    const { everywhere, plans } = rangeOf(viewer, 'readAccounts');
    return rows(
      this.db,
      sql`select g.* from unnest(${keysOf(personIds)}) person (id)
           cross join lateral (
             select ${grantColumns} from role_grant g
              where g.person_id = person.id
                and (${everywhere}::boolean or g.plan_id = any(${[...plans]}::uuid[]) or g.person_id = ${viewer.personId}::uuid)
              order by g.granted_at desc, g.id limit ${MOST_ROLES}) g`,
    );
  }

  /** The roles that a person holds now, with what they hold for. */
  rolesInWords(personId: string): Promise<RoleInWords[]> {
    return rows(
      this.db,
      sql`select g.role, p.title as plan, i.name as institution, p.language as "ownLanguage"
            from role_grant g left join action_plan p on p.id = g.plan_id left join institution i on i.id = g.institution_id
           where g.person_id = ${personId} and g.revoked_at is null order by g.granted_at, g.id`,
    );
  }
}

const hasGrant = (conditions: readonly Sql[]): Sql =>
  sql`exists (select from role_grant g where g.person_id = n.id and ${join([...conditions], ' and ')})`;

@Injectable()
export class GrantsOfPerson implements Batch<string, RoleGrant[]> {
  constructor(private readonly people: PeopleQueries) {}

  async loadMany(ids: readonly string[], viewer: Viewer): Promise<RoleGrant[][]> {
    return groupedBy(ids, await this.people.grantsOf(ids, viewer), 'personId');
  }
}
