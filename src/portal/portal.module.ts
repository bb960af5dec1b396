import { Module } from '@nestjs/common';
import { CheckInsModule } from '../check-ins/check-ins.module.js';
import { ReportController } from './report.controller.js';
import { ReportsQueries } from './reports.queries.js';

/** The pages that people read and write in. */
@Module({ imports: [CheckInsModule], controllers: [ReportController], providers: [ReportsQueries] })
export class PortalModule {}
