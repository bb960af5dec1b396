import { Module } from '@nestjs/common';
import { CheckInsModule } from '../check-ins/check-ins.module.js';
import { AccessController } from './access.controller.js';
import { HomeController } from './home.controller.js';
import { ReportController } from './report.controller.js';
import { ReportsQueries } from './reports.queries.js';

/** The pages that people read and write in. */
@Module({
  imports: [CheckInsModule],
  controllers: [HomeController, ReportController, AccessController],
  providers: [ReportsQueries],
})
export class PortalModule {}
