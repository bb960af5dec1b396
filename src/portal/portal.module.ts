import { Module } from '@nestjs/common';
import { CheckInsModule } from '../check-ins/check-ins.module.js';
import { AccessController } from './access.controller.js';
import { HomeController } from './home.controller.js';
import { ReportController } from './report.controller.js';
import { RemindersModule } from '../reminders/reminders.module.js';
import { ReportsQueries } from './reports.queries.js';
import { UnsubscribeController } from './unsubscribe.controller.js';

/** The pages that people read and write in. */
@Module({
  imports: [CheckInsModule, RemindersModule],
  controllers: [HomeController, ReportController, UnsubscribeController, AccessController],
  providers: [ReportsQueries],
})
export class PortalModule {}
