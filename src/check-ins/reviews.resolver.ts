import { Args, Mutation, ResolveField, Resolver } from '@nestjs/graphql';
import { MilestoneById } from '../commitments/commitment.loaders.js';
import { MilestoneType } from '../commitments/commitment.type.js';
import type { Viewer } from '../platform/access/viewer.js';
import { shortListComplexity } from '../platform/graphql/connection.js';
import { CurrentViewer, Its, Loader, type LoaderOf } from '../platform/graphql/loaders.js';
import { CheckInType } from './check-in.type.js';
import { CheckInsQueries } from './check-ins.queries.js';
import {
  CheckInCommentInput,
  CheckInPublishInput,
  CheckInReopenInput,
  CheckInReturnInput,
  CheckInVerifyInput,
} from './review.inputs.js';
import {
  CheckInCommentPayload,
  CheckInCommentType,
  CheckInCorrectionType,
  CheckInPublishPayload,
  CheckInReopenPayload,
  CheckInReturnPayload,
  CheckInVerifyPayload,
  VerificationType,
  VerifiedMilestoneType,
} from './review.type.js';
import {
  CommentsOfCheckIn,
  CorrectionsOfCheckIn,
  MilestonesOfVerification,
  VerificationsOfCheckIn,
  VerifiedOfMilestone,
} from './reviews.queries.js';
import { ReviewsService } from './reviews.service.js';

const REFUSALS = 'FORBIDDEN for others, CONFLICT when its status does not allow it or somebody decided in between.';

@Resolver(() => CheckInType)
export class ReviewsResolver {
  constructor(
    private readonly service: ReviewsService,
    private readonly queries: CheckInsQueries,
  ) {}

  @Mutation(() => CheckInReturnPayload, {
    description: `Sends a check-in back to its agency, which is told by mail. For the MEL officer. ${REFUSALS}`,
  })
  async checkInReturn(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which one, and why.' }) input: CheckInReturnInput,
  ) {
    return this.read(await this.service.return(viewer, input), viewer);
  }

  @Mutation(() => CheckInVerifyPayload, {
    description: `Records what was verified, beside the claim and not over it; public. For the MEL officer. ${REFUSALS}`,
  })
  async checkInVerify(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which one, and what was found.' }) input: CheckInVerifyInput,
  ) {
    return this.read(await this.service.verify(viewer, input), viewer);
  }

  @Mutation(() => CheckInPublishPayload, {
    description: `Publishes a verified check-in. For the MEL officer. ${REFUSALS}`,
  })
  async checkInPublish(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which one.' }) input: CheckInPublishInput,
  ) {
    return this.read(await this.service.publish(viewer, input), viewer);
  }

  @Mutation(() => CheckInReopenPayload, {
    description: `Opens a published check-in for a correction. The reason is public, and the agency is told by mail. For the MEL officer. ${REFUSALS}`,
  })
  async checkInReopen(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which one, and why.' }) input: CheckInReopenInput,
  ) {
    return this.read(await this.service.reopen(viewer, input), viewer);
  }

  @Mutation(() => CheckInCommentPayload, {
    description: 'Adds a remark that only the agency and the MEL officer see. FORBIDDEN for others.',
  })
  async checkInComment(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which one, and what to say.' }) input: CheckInCommentInput,
  ) {
    return this.read(await this.service.comment(viewer, input), viewer);
  }

  @ResolveField(() => [VerificationType], {
    description: 'What the MEL officer found, newest first. More than one after a correction; at most 20.',
    complexity: shortListComplexity,
  })
  verifications(
    @Its<CheckInType>('id') id: string,
    @Loader(VerificationsOfCheckIn) verifications: LoaderOf<VerificationsOfCheckIn>,
  ) {
    return verifications.load(id);
  }

  @ResolveField(() => [CheckInCommentType], {
    description: 'Remarks between the agency and the MEL officer, oldest first; at most 100. Empty for everybody else.',
    complexity: shortListComplexity,
  })
  comments(@Its<CheckInType>('id') id: string, @Loader(CommentsOfCheckIn) comments: LoaderOf<CommentsOfCheckIn>) {
    return comments.load(id);
  }

  @ResolveField(() => [CheckInCorrectionType], {
    description: 'When and why it was opened again after it had been published, oldest first; at most 100.',
    complexity: shortListComplexity,
  })
  corrections(
    @Its<CheckInType>('id') id: string,
    @Loader(CorrectionsOfCheckIn) corrections: LoaderOf<CorrectionsOfCheckIn>,
  ) {
    return corrections.load(id);
  }

  private async read(id: string, viewer: Viewer) {
    const [checkIn] = await this.queries.byIds([id], viewer);
    return { checkIn };
  }
}

@Resolver(() => VerificationType)
export class VerificationsResolver {
  @ResolveField(() => [VerifiedMilestoneType], {
    description: 'How milestones stood; at most 100.',
    complexity: shortListComplexity,
  })
  milestones(
    @Its<VerificationType>('id') id: string,
    @Loader(MilestonesOfVerification) milestones: LoaderOf<MilestonesOfVerification>,
  ) {
    return milestones.load(id);
  }
}

@Resolver(() => VerifiedMilestoneType)
export class VerifiedMilestonesResolver {
  @ResolveField(() => MilestoneType, { description: 'The milestone.' })
  milestone(
    @Its<VerifiedMilestoneType>('milestoneId') milestoneId: string,
    @Loader(MilestoneById) milestones: LoaderOf<MilestoneById>,
  ) {
    return milestones.load(milestoneId);
  }
}

/** What verification adds to a milestone. */
@Resolver(() => MilestoneType)
export class MilestoneVerifiedResolver {
  @ResolveField(() => VerifiedMilestoneType, {
    nullable: true,
    description:
      'How it stands as verified by the MEL officer, of the latest period verified; null while nothing was. `status` beside it is what the agency claims.',
  })
  verified(@Its<MilestoneType>('id') id: string, @Loader(VerifiedOfMilestone) verified: LoaderOf<VerifiedOfMilestone>) {
    return verified.load(id);
  }
}
