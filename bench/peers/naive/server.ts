import 'reflect-metadata';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  ActionPlan,
  CheckIn,
  Commitment,
  CommitmentInstitution,
  Institution,
  Milestone,
  ReportingPeriod,
} from './entities.js';
import { ActionPlansResolver, CommitmentsResolver, InstitutionsResolver, MilestonesResolver } from './resolvers.js';

/**
 * As the first chapters of the three manuals have it, and as it is often left: entities that are types at the same time, a
 * repository in every field, no loader.
 */
const ENTITIES = [ActionPlan, CheckIn, Commitment, CommitmentInstitution, Institution, Milestone, ReportingPeriod];

@Module({
  imports: [
    GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true }),
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env['DATABASE_URL'],
      entities: ENTITIES,
      poolSize: 10,
    }),
    TypeOrmModule.forFeature(ENTITIES),
  ],
  providers: [ActionPlansResolver, CommitmentsResolver, InstitutionsResolver, MilestonesResolver],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
await app.listen(0, '127.0.0.1');
process.send?.({ url: `${await app.getUrl()}/graphql` });
process.on('disconnect', () => process.exit());
