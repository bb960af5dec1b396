import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Settings } from '../platform/config/settings.js';
import { reprDigest } from '../platform/files/repr-digest.js';
import { FILE_FORMAT } from './file-format.js';
import { MEDIA_TYPES, sendHead, sendStream, type Content, type FileFormat } from './file-reply.js';
import { oneEach, PUBLISHED_PARAMETERS, parametersOf } from './progress.controller.js';
import type { FileQuery } from './progress-files.js';
import { publicationUrl } from './publication.url.js';
import { PublicationsQueries, type PublicationRow } from './publications.queries.js';
import { PublishedFiles, type PublishedFile } from './published-files.js';

/** Of the newest version: may be kept, and has to be asked about before every use. */
const LATEST = 'public, no-cache';
/** Of one version: never changes. */
const FOR_EVER = 'public, max-age=31536000, immutable';

interface Place {
  readonly plan: string;
  readonly period: string;
  readonly version?: string;
}
type Write = (file: PublishedFile) => Content;

const both = (name: string): string[] => [`publications/:period${name}`, `publications/:period/v/:version${name}`];

/** What was published of a plan, under addresses that stay: the newest version of a period, and each version. */
@Controller('api/v1/plans/:plan')
export class PublicationsController {
  constructor(
    private readonly files: PublishedFiles,
    private readonly queries: PublicationsQueries,
    private readonly settings: Settings,
  ) {}

  /** What was published, newest first; `nextCursor` of the answer asks for what comes after. */
  @Get('publications')
  async list(@Param('plan') plan: string, @Query('cursor') cursor: string | undefined, @Res() reply: FastifyReply) {
    const { edges, hasNextPage } = await this.queries.page(plan, cursor ? String(cursor) : null);
    const next = hasNextPage ? (edges.at(-1)?.cursor ?? null) : null;
    if (next !== null)
      void reply.header(
        'link',
        `<${this.settings.PUBLIC_URL}/api/v1/plans/${plan}/publications?cursor=${next}>; rel="next"`,
      );
    void reply.header('cache-control', LATEST);
    await reply.send({ items: edges.map(({ node }) => this.shown(node)), nextCursor: next });
  }

  /** The content itself, byte for byte: its SHA-256 is the entity tag. */
  @Get(both(''))
  async content(@Param() place: Place, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const file = await this.find(place, {});
    const { publication } = file;
    const head = {
      name: `${fileName(file)}.json`,
      type: MEDIA_TYPES.json,
      tag: `"${publication.sha256}"`,
      cacheControl: cacheControl(place),
    };
    void reply
      .header('repr-digest', reprDigest(publication.sha256))
      .header('last-modified', publication.publishedAt.toUTCString())
      .header('content-location', publicationUrl(this.settings.PUBLIC_URL, publication));
    if (!sendHead(request, reply, head)) await reply.send(await this.files.bytes(file));
  }

  @Get(both('/progress.csv'))
  csv(@Param() place: Place, @Query() query: FileQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.send({ place, query, request, reply }, 'csv', (file) => this.files.csv(file));
  }

  @Get(both('/progress.ndjson'))
  ndjson(@Param() place: Place, @Query() query: FileQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.send({ place, query, request, reply }, 'ndjson', (file) => this.files.ndjson(file));
  }

  @Get(both('/progress.json'))
  json(@Param() place: Place, @Query() query: FileQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.send({ place, query, request, reply }, 'json', (file) => this.files.json(file));
  }

  @Get(both('/progress.xlsx'))
  xlsx(@Param() place: Place, @Query() query: FileQuery, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.send({ place, query, request, reply }, 'xlsx', (file) => this.files.xlsx(file));
  }

  @Get(both('/datapackage.json'))
  async dataPackage(
    @Param() place: Place,
    @Query() query: FileQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const file = await this.find(place, query);
    const tag = tagOf(file, 'datapackage');
    const head = { name: 'datapackage.json', type: MEDIA_TYPES.json, tag, cacheControl: cacheControl(place) };
    if (!sendHead(request, reply, head))
      await reply.send(await this.files.dataPackage(file, oneEach(query, PUBLISHED_PARAMETERS)));
  }

  private find(
    { plan, period, version = undefined }: Place,
    query: FileQuery,
    names = PUBLISHED_PARAMETERS,
  ): Promise<PublishedFile> {
    return this.files.find({ plan, period, version: version ?? null }, oneEach(query, names));
  }

  private async send({ place, query, request, reply }: Asked, format: FileFormat, write: Write): Promise<void> {
    const file = await this.find(place, query, parametersOf(PUBLISHED_PARAMETERS, format));
    const head = {
      name: `${fileName(file)}-${file.table}.${format}`,
      type: MEDIA_TYPES[format],
      tag: tagOf(file, format),
      cacheControl: cacheControl(place),
    };
    if (!sendHead(request, reply, head)) await sendStream(request, reply, () => write(file));
  }

  private shown({ planId: _plan, periodId: _period, periodKey, ...publication }: PublicationRow): object {
    const url = publicationUrl(this.settings.PUBLIC_URL, { ...publication, periodKey });
    return { ...publication, period: periodKey, url };
  }
}

interface Asked {
  readonly place: Place;
  readonly query: FileQuery;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

const cacheControl = ({ version }: Place): string => (version === undefined ? LATEST : FOR_EVER);
const fileName = ({ publication: { plan, periodKey, version } }: PublishedFile): string =>
  `${plan}-${periodKey}-v${version}`;
/** Weak: the file is made of the content, and a later version of this service may write it with other line breaks. */
const tagOf = ({ publication, table, language, hasMark }: PublishedFile, format: string): string =>
  `W/"${[publication.sha256, FILE_FORMAT, table, format, language, ...(hasMark ? [] : ['bare'])].join('.')}"`;
