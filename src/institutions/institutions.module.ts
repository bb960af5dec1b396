import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { NodeRegistry } from '../platform/graphql/node-registry.js';
import { Contact } from './contact.entity.js';
import { Institution } from './institution.entity.js';
import { ContactsOfInstitution, InstitutionById } from './institution.loaders.js';
import { InstitutionsQueries } from './institutions.queries.js';
import { InstitutionsResolver } from './institutions.resolver.js';

@Module({
  imports: [TypeOrmModule.forFeature([Institution, Contact])],
  providers: [InstitutionsQueries, InstitutionById, ContactsOfInstitution, InstitutionsResolver],
  exports: [InstitutionsQueries],
})
export class InstitutionsModule {
  constructor(nodes: NodeRegistry, institutions: InstitutionsQueries) {
    nodes.register('Institution', 'institution', async (id) => (await institutions.byIds([id]))[0] ?? null);
    nodes.register('Contact', 'contact', (id, viewer) => institutions.contactById(id, viewer));
  }
}
