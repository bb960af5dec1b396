import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { rangeOf } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { columnsOf } from '../platform/database/columns.js';
import type { Ordering, RowList } from '../platform/database/pages.js';
import { keysOf, rows } from '../platform/database/rows.js';
import { Institution } from './institution.entity.js';
import type { ContactType } from './institution.type.js';

/** A contact as a viewer may see it. */
type ContactRow = ContactType & { readonly institutionId: string };

const columns = columnsOf(Institution, 'i');

@Injectable()
export class InstitutionsQueries {
  constructor(private readonly db: DataSource) {}

  /** Institutions as a list; a later feature says which by joining its own table. */
  list(which: {
    name: string;
    join?: Sql;
    where?: readonly Sql[];
    parent?: Sql;
    order?: Ordering;
  }): RowList<Institution> {
    return {
      name: which.name,
      alias: 'i',
      columns,
      from: which.join ? sql`institution i ${which.join}` : sql`institution i`,
      where: which.where ?? [],
      order: which.order ?? { name: 'key', by: sql`i.key`, type: 'text' },
      ...(which.parent ? { parent: which.parent } : {}),
    };
  }

  byIds(ids: readonly string[]): Promise<Institution[]> {
    return rows(this.db, sql`select ${columns} from institution i where i.id = any(${keysOf(ids)})`);
  }

  /** Contacts of many institutions; names and addresses only where the viewer runs a plan of the institution's member. */
  contactsOf(institutionIds: readonly string[], viewer: Viewer): Promise<ContactRow[]> {
    return this.contacts(sql`c.institution_id = any(${keysOf(institutionIds)})`, viewer);
  }

  async contactById(id: string, viewer: Viewer): Promise<ContactRow | null> {
    return (await this.contacts(sql`c.id = ${id}`, viewer))[0] ?? null;
  }

  /** Contacts of a member's institutions with the address, of those whom the viewer may see. */
  async contactsAt(memberId: string, address: string, viewer: Viewer): Promise<ContactRow[]> {
    const found = await this.contacts(
      sql`i.member_id = ${memberId}::uuid and lower(c.email) = lower(${address})`,
      viewer,
    );
    return found.filter(({ email }) => email !== null);
  }

  private contacts(which: Sql, viewer: Viewer): Promise<ContactRow[]> {
    const { everywhere, plans } = rangeOf(viewer, 'readContacts');
    return rows(
      this.db,
      sql`select c.institution_id as "institutionId", c.id, c.role, c.language, c.email is not null as "hasAddress",
                 c.email is not null and u.address is null as "isDeliverable",
                 case when seen.may then c.name end as name, case when seen.may then c.email end as email,
                 case when seen.may then u.since end as "undeliverableSince", case when seen.may then u.reason end as "undeliverableReason"
            from contact c
            join institution i on i.id = c.institution_id
            left join undeliverable_address u on u.address = lower(c.email)
            cross join lateral (select ${everywhere}::boolean or exists
              (select from action_plan p where p.member_id = i.member_id and p.id = any(${[...plans]}::uuid[])) as may) seen
           where ${which}
           order by c.institution_id, c.position`,
    );
  }
}
