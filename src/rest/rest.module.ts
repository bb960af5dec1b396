import { Module } from '@nestjs/common';
import { StoredQuestions } from '../platform/rest/stored-question.js';
import { RestCheckIns } from './rest-check-ins.js';
import { RestController } from './rest.controller.js';
import { RestReads } from './rest-reads.js';

@Module({
  controllers: [RestController],
  providers: [StoredQuestions, RestReads, RestCheckIns],
})
export class RestModule {}
