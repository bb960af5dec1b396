import { Args, Mutation, Resolver } from '@nestjs/graphql';
import type { Viewer } from '../platform/access/viewer.js';
import { CurrentViewer } from '../platform/graphql/loaders.js';
import { ReportLinkRevokeInput, ReportLinkRevokePayload } from './report-link.inputs.js';
import { ReportLinksService } from './report-links.service.js';

@Resolver()
export class ReportLinksResolver {
  constructor(private readonly service: ReportLinksService) {}

  @Mutation(() => ReportLinkRevokePayload, {
    description:
      'Makes the links in reminders that an institution was sent lead to no form any more, such as when a mail went astray. The next reminder, or `reminderSendNow`, brings a new one. For the MEL officer and administrators. FORBIDDEN for others, NOT_FOUND for an unknown plan, institution or period.',
  })
  async reportLinkRevoke(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which ones, and why.' }) input: ReportLinkRevokeInput,
  ): Promise<ReportLinkRevokePayload> {
    return { revoked: await this.service.revoke(viewer, input) };
  }
}
