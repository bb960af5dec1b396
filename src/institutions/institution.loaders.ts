import { Injectable } from '@nestjs/common';
import type { Viewer } from '../platform/access/viewer.js';
import { groupedBy, inOrderOf } from '../platform/database/rows.js';
import type { Batch } from '../platform/graphql/loaders.js';
import type { Institution } from './institution.entity.js';
import type { ContactType } from './institution.type.js';
import { InstitutionsQueries } from './institutions.queries.js';

@Injectable()
export class InstitutionById implements Batch<string, Institution | null> {
  constructor(private readonly institutions: InstitutionsQueries) {}

  async loadMany(ids: readonly string[]): Promise<Array<Institution | null>> {
    return inOrderOf(ids, await this.institutions.byIds(ids), 'id');
  }
}

@Injectable()
export class ContactsOfInstitution implements Batch<string, ContactType[]> {
  constructor(private readonly institutions: InstitutionsQueries) {}

  async loadMany(ids: readonly string[], viewer: Viewer): Promise<ContactType[][]> {
    return groupedBy(ids, await this.institutions.contactsOf(ids, viewer), 'institutionId');
  }
}
