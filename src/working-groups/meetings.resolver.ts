import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { ActionPlanById } from '../action-plans/action-plan.loaders.js';
import { ActionPlanType } from '../action-plans/action-plan.type.js';
import type { Viewer } from '../platform/access/viewer.js';
import { listComplexity } from '../platform/graphql/connection.js';
import {
  CurrentViewer,
  Its,
  Loader,
  Loaders,
  type LoaderOf,
  type RequestLoaders,
} from '../platform/graphql/loaders.js';
import {
  MeetingCancelInput,
  MeetingMoveInput,
  MeetingPlanInput,
  MeetingRecordHeldInput,
  MeetingsArgs,
} from './meeting.inputs.js';
import {
  MeetingCancelPayload,
  MeetingConnection,
  MeetingMovePayload,
  MeetingPlanPayload,
  MeetingRecordHeldPayload,
  MeetingType,
} from './meeting.type.js';
import { MeetingsQueries, type MeetingRow } from './meetings.queries.js';
import { MeetingsService } from './meetings.service.js';
import { WorkingGroupById } from './working-group.loaders.js';
import { WorkingGroupType } from './working-group.type.js';

const WHO =
  'For the MEL officer, administrators, and coordinators of the institution that coordinates the group. FORBIDDEN for others';
const REFUSALS = `${WHO}, CONFLICT when somebody changed it in between`;

@Resolver(() => MeetingType)
export class MeetingsResolver {
  constructor(
    private readonly service: MeetingsService,
    private readonly queries: MeetingsQueries,
  ) {}

  @Mutation(() => MeetingPlanPayload, {
    description: `Plans a meeting of a working group. ${WHO}, NOT_FOUND for an unknown plan or group, BAD_USER_INPUT for a day far from the plan.`,
  })
  async meetingPlan(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which group meets when and where.' }) input: MeetingPlanInput,
  ) {
    return this.read(await this.service.plan(viewer, input));
  }

  @Mutation(() => MeetingMovePayload, {
    description: `Moves a planned meeting to another day, time or place; the reason is public. ${REFUSALS} or when it was held or cancelled.`,
  })
  async meetingMove(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which meeting, to when and where, and why.' }) input: MeetingMoveInput,
  ) {
    return this.read(await this.service.move(viewer, input));
  }

  @Mutation(() => MeetingRecordHeldPayload, {
    description: `Records that a meeting was held, or adds to its minutes later. ${REFUSALS} or when it was cancelled, BAD_USER_INPUT before its day.`,
  })
  async meetingRecordHeld(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which meeting, and what came of it.' }) input: MeetingRecordHeldInput,
  ) {
    return this.read(await this.service.recordHeld(viewer, input));
  }

  @Mutation(() => MeetingCancelPayload, {
    description: `Cancels a planned meeting; the reason is public. ${REFUSALS} or when it was held or cancelled.`,
  })
  async meetingCancel(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which meeting, and why.' }) input: MeetingCancelInput,
  ) {
    return this.read(await this.service.cancel(viewer, input));
  }

  @ResolveField(() => WorkingGroupType, { description: 'The group that meets.' })
  workingGroup(@Parent() meeting: MeetingRow, @Loader(WorkingGroupById) groups: LoaderOf<WorkingGroupById>) {
    return groups.load(meeting.workingGroupId);
  }

  @ResolveField(() => ActionPlanType, { description: 'The plan of the group.' })
  plan(@Its<MeetingRow>('planId') planId: string, @Loader(ActionPlanById) plans: LoaderOf<ActionPlanById>) {
    return plans.load(planId);
  }

  private async read(id: string) {
    const [meeting] = await this.queries.byIds([id]);
    return { meeting };
  }
}

/** What meetings add to a working group. */
@Resolver(() => WorkingGroupType)
export class WorkingGroupMeetingsResolver {
  constructor(private readonly queries: MeetingsQueries) {}

  @ResolveField(() => MeetingConnection, { description: 'Its meetings, by their day.', complexity: listComplexity })
  meetings(@Its<WorkingGroupType>('id') id: string, @Args() args: MeetingsArgs, @Loaders() loaders: RequestLoaders) {
    return loaders.connection(this.queries.list(args.orderBy, args.filter ?? {}), args, id);
  }
}
