import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Assessment } from './assessment.entity.js';

@Module({ imports: [TypeOrmModule.forFeature([Assessment])] })
export class AssessmentsModule {}
