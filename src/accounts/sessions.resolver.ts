import { Args, Mutation, Resolver } from '@nestjs/graphql';
import type { Viewer } from '../platform/access/viewer.js';
import { CurrentViewer } from '../platform/graphql/loaders.js';
import { SessionEndAllInput, SessionEndInput } from './people.inputs.js';
import { SessionEndAllPayload, SessionEndPayload, SessionType } from './person.type.js';
import { SessionsService } from './sessions.service.js';

@Resolver(() => SessionType)
export class SessionsResolver {
  constructor(private readonly service: SessionsService) {}

  @Mutation(() => SessionEndPayload, {
    description: 'Signs one of the viewer’s browsers out. NOT_FOUND when it is signed out already, or is not theirs.',
  })
  async sessionEnd(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which one.' }) input: SessionEndInput,
  ) {
    await this.service.end(viewer, input.session);
    return { sessions: await this.service.own(viewer) };
  }

  @Mutation(() => SessionEndAllPayload, { description: 'Signs the viewer out in every browser.' })
  async sessionEndAll(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Whether this one stays.' }) input: SessionEndAllInput,
  ) {
    return { ended: await this.service.endAll(viewer, input) };
  }
}
