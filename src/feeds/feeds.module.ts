import { Module } from '@nestjs/common';
import { ActionPlansModule } from '../action-plans/action-plans.module.js';
import { AssessmentsModule } from '../assessments/assessments.module.js';
import { CommitmentsModule } from '../commitments/commitments.module.js';
import { InstitutionsModule } from '../institutions/institutions.module.js';
import { PublicationsModule } from '../publications/publications.module.js';
import { Datasets } from './datasets.js';
import { DatasetsController } from './datasets.controller.js';
import { DatasetsQueries } from './datasets.queries.js';
import { FeedEntriesQueries } from './feed-entries.queries.js';
import { FeedsController } from './feeds.controller.js';
import { LastChangeQueries } from './last-change.queries.js';
import { PlanCalendarController } from './plan-calendar.controller.js';
import { PlanCalendarQueries } from './plan-calendar.queries.js';
import { PlanFeeds } from './plan-feeds.js';
import { Readings } from './readings.js';

/** What others subscribe to: feeds, the calendar, and the description for catalogues. */
@Module({
  imports: [InstitutionsModule, ActionPlansModule, CommitmentsModule, AssessmentsModule, PublicationsModule],
  controllers: [FeedsController, PlanCalendarController, DatasetsController],
  providers: [
    Readings,
    LastChangeQueries,
    PlanFeeds,
    FeedEntriesQueries,
    PlanCalendarQueries,
    Datasets,
    DatasetsQueries,
  ],
})
export class FeedsModule {}
