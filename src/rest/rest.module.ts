import { Module } from '@nestjs/common';
import { StoredQuestions } from '../platform/rest/stored-question.js';
import { OpenApiController } from './open-api.controller.js';
import { RestCheckIns } from './rest-check-ins.js';
import { RestController } from './rest.controller.js';
import { RestReads } from './rest-reads.js';

@Module({
  controllers: [OpenApiController, RestController],
  providers: [StoredQuestions, RestReads, RestCheckIns],
})
export class RestModule {}
