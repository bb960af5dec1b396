import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Viewer } from '../platform/access/viewer.js';
import { Settings } from '../platform/config/settings.js';
import { attachmentHeader } from '../platform/files/file-name.js';
import { reprDigest } from '../platform/files/repr-digest.js';
import { FileStore } from '../platform/files/file-store.js';
import { FileLost } from '../platform/files/file.errors.js';
import { isId } from '../platform/graphql/id.js';
import { RequestViewer } from '../platform/http/viewers.js';
import { Log } from '../platform/logging/log.js';
import { EvidenceFileNotFound } from './evidence-file.errors.js';
import { evidenceUrl } from './evidence-file.url.js';
import { EvidenceFilesQueries } from './evidence-files.queries.js';
import { EvidenceFilesService } from './evidence-files.service.js';
import { readUpload } from './evidence-upload.js';
import { varyBy } from '../platform/http/vary.js';

@Controller()
export class EvidenceFilesController {
  constructor(
    private readonly service: EvidenceFilesService,
    private readonly queries: EvidenceFilesQueries,
    private readonly store: FileStore,
    private readonly settings: Settings,
    private readonly log: Log,
  ) {}

  /** Adds one file to a check-in that its agency is writing: a form with `file`, and `milestone` and `title` if wanted. */
  @Post('check-ins/:checkIn/files')
  async add(@Param('checkIn') checkIn: string, @Req() request: FastifyRequest, @RequestViewer() viewer: Viewer) {
    await this.service.assertMayAdd(viewer, checkIn);
    const file = await this.service.add(viewer, checkIn, await readUpload(request));
    const { id, name, mediaType, size, sha256, title, milestoneId } = file;
    const url = evidenceUrl(this.settings.PUBLIC_URL, file);
    return { id, kind: 'FILE', url, name, mediaType, size, sha256, title, milestone: milestoneId };
  }

  /** A file as it was handed in; what is not handed in yet only for its agency and the MEL officer. The name is for people. */
  @Get('evidence/:id/*')
  async read(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @RequestViewer() _viewer: Viewer,
  ): Promise<void> {
    const file = isId(id) ? await this.queries.byId(id) : null;
    if (!file) throw new EvidenceFileNotFound();
    const tag = `"${file.sha256}"`;
    varyBy(reply, 'Authorization', 'Cookie');
    void reply
      .header('cache-control', file.isPublic ? 'public, no-cache' : 'private, no-store')
      .header('etag', tag)
      .header('repr-digest', reprDigest(file.sha256))
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "sandbox; default-src 'none'")
      .header('cross-origin-resource-policy', 'same-origin')
      .header('content-disposition', attachmentHeader(file.name));
    if (request.headers['if-none-match'] === tag) {
      await reply.code(304).send();
      return;
    }
    const content = await this.store.open(file.storageKey);
    if (!content) {
      this.log.error({ evidence: id }, 'The content of a file is missing in the store');
      throw new FileLost();
    }
    await reply.type(file.mediaType).header('content-length', file.size).send(content);
  }
}
