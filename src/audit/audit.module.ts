import { Module } from '@nestjs/common';
import { ActionPlansModule } from '../action-plans/action-plans.module.js';
import type { Viewer } from '../platform/access/viewer.js';
import { NodeRegistry } from '../platform/graphql/node-registry.js';
import { AuditEntriesQueries } from './audit-entries.queries.js';
import { AuditEntriesResolver } from './audit-entries.resolver.js';

/** The record of changes, for those who may read it. It is written by `platform/audit`. */
@Module({ imports: [ActionPlansModule], providers: [AuditEntriesQueries, AuditEntriesResolver] })
export class AuditTrailModule {
  constructor(nodes: NodeRegistry, entries: AuditEntriesQueries) {
    nodes.register('AuditEntry', 'audit_entry', (id, viewer: Viewer) => entries.byId(id, viewer));
  }
}
