import { Module } from '@nestjs/common';
import { ActionPlansModule } from '../action-plans/action-plans.module.js';
import { ProgressFiles } from './progress-files.js';
import { ProgressController } from './progress.controller.js';
import { ProgressQueries } from './progress.queries.js';

@Module({
  imports: [ActionPlansModule],
  controllers: [ProgressController],
  providers: [ProgressQueries, ProgressFiles],
  exports: [ProgressFiles],
})
export class PublicationsModule {}
