import { Module } from '@nestjs/common';
import { ActionPlansModule } from '../action-plans/action-plans.module.js';
import { CommitmentsModule } from '../commitments/commitments.module.js';
import { StoredQuestions } from '../platform/rest/stored-question.js';
import { BuildController } from './build.controller.js';
import { OpenApiController } from './open-api.controller.js';
import { RestCheckIns } from './rest-check-ins.js';
import { RestController } from './rest.controller.js';
import { RestReads } from './rest-reads.js';

@Module({
  imports: [ActionPlansModule, CommitmentsModule],
  controllers: [BuildController, OpenApiController, RestController],
  providers: [StoredQuestions, RestReads, RestCheckIns],
})
export class RestModule {}
