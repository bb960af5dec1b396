import { Module } from '@nestjs/common';
import { ActionPlansModule } from '../action-plans/action-plans.module.js';
import { PlanImportResolver } from './plan-import.resolver.js';
import { PlanImportService } from './plan-import.service.js';

@Module({
  imports: [ActionPlansModule],
  providers: [PlanImportService, PlanImportResolver],
  exports: [PlanImportService],
})
export class InterchangeModule {}
