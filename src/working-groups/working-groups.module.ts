import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ActionPlansModule } from '../action-plans/action-plans.module.js';
import { InstitutionsModule } from '../institutions/institutions.module.js';
import { NodeRegistry } from '../platform/graphql/node-registry.js';
import { Meeting } from './meeting.entity.js';
import { MeetingsQueries } from './meetings.queries.js';
import { MeetingsResolver, WorkingGroupMeetingsResolver } from './meetings.resolver.js';
import { MeetingsService } from './meetings.service.js';
import { WorkingGroup, WorkingGroupMember } from './working-group.entity.js';
import { WorkingGroupById } from './working-group.loaders.js';
import { WorkingGroupsQueries } from './working-groups.queries.js';
import { ActionPlanWorkingGroupsResolver, WorkingGroupsResolver } from './working-groups.resolver.js';

const resolvers = [
  WorkingGroupsResolver,
  ActionPlanWorkingGroupsResolver,
  MeetingsResolver,
  WorkingGroupMeetingsResolver,
];

@Module({
  imports: [
    TypeOrmModule.forFeature([WorkingGroup, WorkingGroupMember, Meeting]),
    InstitutionsModule,
    ActionPlansModule,
  ],
  providers: [WorkingGroupsQueries, WorkingGroupById, MeetingsQueries, MeetingsService, ...resolvers],
  exports: [WorkingGroupsQueries, MeetingsQueries],
})
export class WorkingGroupsModule {
  constructor(nodes: NodeRegistry, groups: WorkingGroupsQueries, meetings: MeetingsQueries) {
    nodes.register('WorkingGroup', 'working_group', async (id) => (await groups.byIds([id]))[0] ?? null);
    nodes.register('Meeting', 'meeting', async (id) => (await meetings.byIds([id]))[0] ?? null);
  }
}
