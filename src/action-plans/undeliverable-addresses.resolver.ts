import { Args, Field, Mutation, ObjectType, Resolver } from '@nestjs/graphql';
import { ContactType } from '../institutions/institution.type.js';
import type { Viewer } from '../platform/access/viewer.js';
import { CurrentViewer } from '../platform/graphql/loaders.js';
import { UndeliverableAddressClearInput } from './action-plan.inputs.js';
import { UndeliverableAddressesService } from './undeliverable-addresses.service.js';

@ObjectType({ description: 'The contacts that mail may go to again.' })
export class UndeliverableAddressClearPayload {
  @Field(() => [ContactType], {
    description:
      'The contacts with this address, one person may be that of several; none when it is only that of a person with a role.',
  })
  contacts!: ContactType[];
}

@Resolver()
export class UndeliverableAddressesResolver {
  constructor(private readonly service: UndeliverableAddressesService) {}

  @Mutation(() => UndeliverableAddressClearPayload, {
    description:
      'Says that mail reaches an address again, once it was mended: reminders go there from now on. For the MEL officer and administrators. FORBIDDEN for others, NOT_FOUND when nobody whom the plan writes to has this address, or mail does reach it.',
  })
  async undeliverableAddressClear(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which address, and why it works again.' }) input: UndeliverableAddressClearInput,
  ): Promise<UndeliverableAddressClearPayload> {
    return { contacts: await this.service.clear(viewer, input) };
  }
}
