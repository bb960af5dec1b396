import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActionPlansModule } from '../action-plans/action-plans.module.js';
import { NodeRegistry } from '../platform/graphql/node-registry.js';
import { ProgressFiles } from './progress-files.js';
import { ProgressController } from './progress.controller.js';
import { ProgressQueries } from './progress.queries.js';
import { Publication } from './publication.entity.js';
import { LatestPublicationOfPeriod } from './publication.loaders.js';
import { PublicationsController } from './publications.controller.js';
import { PublicationsQueries } from './publications.queries.js';
import {
  ActionPlanPublicationsResolver,
  PublicationsResolver,
  ReportingPeriodPublicationResolver,
} from './publications.resolver.js';
import { PublicationsService } from './publications.service.js';
import { PublishedFiles } from './published-files.js';

const resolvers = [PublicationsResolver, ActionPlanPublicationsResolver, ReportingPeriodPublicationResolver];

@Module({
  imports: [TypeOrmModule.forFeature([Publication]), ActionPlansModule],
  controllers: [ProgressController, PublicationsController],
  providers: [
    ProgressQueries,
    ProgressFiles,
    PublicationsQueries,
    PublicationsService,
    PublishedFiles,
    LatestPublicationOfPeriod,
    ...resolvers,
  ],
  exports: [ProgressFiles, ProgressQueries, PublicationsQueries],
})
export class PublicationsModule {
  constructor(nodes: NodeRegistry, publications: PublicationsQueries) {
    nodes.register('Publication', 'publication', async (id) => (await publications.byIds([id]))[0] ?? null);
  }
}
