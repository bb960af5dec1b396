import { Module } from '@nestjs/common';
import { ActionPlansModule } from '../action-plans/action-plans.module.js';
import { PublicationsModule } from '../publications/publications.module.js';
import { OgpImportService } from './ogp-import.service.js';
import { PlanImportResolver } from './plan-import.resolver.js';
import { PlanImportService } from './plan-import.service.js';
import { TableImportController } from './table-import.controller.js';
import { TableImportService } from './table-import.service.js';

@Module({
  imports: [ActionPlansModule, PublicationsModule],
  controllers: [TableImportController],
  providers: [PlanImportService, PlanImportResolver, TableImportService, OgpImportService],
  exports: [PlanImportService, TableImportService, OgpImportService],
})
export class InterchangeModule {}
