import { Injectable } from '@nestjs/common';
import { Args, Mutation, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Viewer } from '../platform/access/viewer.js';
import { Settings } from '../platform/config/settings.js';
import { inOrderOf } from '../platform/database/rows.js';
import { CurrentViewer, Loader, type Batch, type LoaderOf } from '../platform/graphql/loaders.js';
import { UrlScalar } from '../platform/graphql/scalars.js';
import { EvidenceType } from './check-in.type.js';
import { CheckInsQueries } from './check-ins.queries.js';
import { EvidenceCheckType, EvidenceFileRemovePayload } from './evidence-check.type.js';
import { EvidenceFileRemoveInput } from './evidence-file.inputs.js';
import { evidenceUrl } from './evidence-file.url.js';
import { EvidenceFilesQueries } from './evidence-files.queries.js';
import { EvidenceFilesService } from './evidence-files.service.js';

@Injectable()
export class LastCheckOfEvidence implements Batch<string, EvidenceCheckType | null> {
  constructor(private readonly files: EvidenceFilesQueries) {}

  async loadMany(ids: readonly string[]): Promise<Array<EvidenceCheckType | null>> {
    return inOrderOf(ids, await this.files.checksOf(ids), 'evidenceId');
  }
}

@Resolver(() => EvidenceType)
export class EvidenceFilesResolver {
  constructor(
    private readonly service: EvidenceFilesService,
    private readonly queries: CheckInsQueries,
    private readonly settings: Settings,
  ) {}

  @Mutation(() => EvidenceFileRemovePayload, {
    description:
      'Takes a file out of a check-in while its agency writes. What was handed in with it stays readable, and listed until the check-in is handed in again. FORBIDDEN for other institutions, CONFLICT after handing in. To add a file, post a form to `/check-ins/<id>/files`: `file`, and `milestone` and `title` if wanted.',
  })
  async evidenceFileRemove(
    @CurrentViewer() viewer: Viewer,
    @Args('input', { description: 'Which one.' }) input: EvidenceFileRemoveInput,
  ) {
    const [checkIn] = await this.queries.byIds([await this.service.remove(viewer, input)], viewer);
    return { checkIn };
  }

  @ResolveField(() => UrlScalar, { description: 'Where it is. A file of this service is offered for download.' })
  url(@Parent() { id, url, name }: EvidenceType): string {
    return url ?? evidenceUrl(this.settings.PUBLIC_URL, { id, name: name ?? '' });
  }

  @ResolveField(() => EvidenceCheckType, {
    nullable: true,
    description: 'Whether a link still leads somewhere; links are looked at once a week. Null before, and for files.',
  })
  lastCheck(@Parent() evidence: EvidenceType, @Loader(LastCheckOfEvidence) checks: LoaderOf<LastCheckOfEvidence>) {
    return evidence.kind === 'LINK' ? checks.load(evidence.id) : null;
  }
}
