import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../platform/clock.js';
import { languagesOf } from '../platform/http/languages.js';
import { QueryReader } from '../platform/rest/query-parameters.js';
import { MEDIA_TYPES, sendHead, sendStream, type Content, type FileFormat } from './file-reply.js';
import { ProgressFiles, type FileQuery, type WantedFile } from './progress-files.js';

/** May be kept, and has to be asked about before every use. */
const LIVE = 'public, no-cache';
/** What is a day old gains no change that was still being written. Not for ever: a later version may write it otherwise. */
const SETTLED = 'public, max-age=86400';
const SETTLES_AFTER = 86_400_000;

type Write = (file: WantedFile) => Content;

/** The progress files of a plan as it stands now. Public, and the same for everybody. */
@Controller('api/v1/plans/:plan')
export class ProgressController {
  constructor(
    private readonly files: ProgressFiles,
    private readonly clock: Clock,
  ) {}

  @Get('progress.csv')
  csv(
    @Param('plan') plan: string,
    @Query() query: FileQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.send({ plan, query, request, reply }, 'csv', (file) => this.files.csv(file));
  }

  @Get('progress.ndjson')
  ndjson(
    @Param('plan') plan: string,
    @Query() query: FileQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.send({ plan, query, request, reply }, 'ndjson', (file) => this.files.ndjson(file));
  }

  @Get('progress.json')
  json(
    @Param('plan') plan: string,
    @Query() query: FileQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.send({ plan, query, request, reply }, 'json', (file) => this.files.json(file));
  }

  @Get('progress.xlsx')
  xlsx(
    @Param('plan') plan: string,
    @Query() query: FileQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.send({ plan, query, request, reply }, 'xlsx', (file) => this.files.xlsx(file));
  }

  @Get('datapackage.json')
  async dataPackage(
    @Param('plan') plan: string,
    @Query() query: FileQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const file = await this.files.find(plan, oneEach(query), languagesOf(request));
    const tag = await this.files.tag(file, 'datapackage');
    const head = { name: 'datapackage.json', type: MEDIA_TYPES.json, tag, cacheControl: this.cacheControl(file) };
    if (!sendHead(request, reply, head)) await reply.send(this.files.dataPackage(file, oneEach(query)));
  }

  private cacheControl({ scope: { asOf } }: WantedFile): string {
    return asOf && this.clock.now().getTime() - asOf.getTime() > SETTLES_AFTER ? SETTLED : LIVE;
  }

  private async send(asked: Asked, format: FileFormat, write: Write): Promise<void> {
    const { request, reply } = asked;
    const query = oneEach(asked.query, parametersOf(FILE_PARAMETERS, format));
    const file = await this.files.find(asked.plan, query, languagesOf(request));
    const { plan, period, table, scope } = file;
    const head = {
      name: `${[plan.key, period?.key, table, stamped(scope.asOf)].filter(Boolean).join('-')}.${format}`,
      type: MEDIA_TYPES[format],
      tag: await this.files.tag(file, format),
      cacheControl: this.cacheControl(file),
    };
    if (!sendHead(request, reply, head)) await sendStream(request, reply, () => write(file));
  }
}

/** For the name of a file. */
const stamped = (asOf: Date | null): string | null =>
  asOf && `as-of-${asOf.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;

interface Asked {
  readonly plan: string;
  readonly query: FileQuery;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** One that is left empty counts as left out. @throws InvalidInput for a parameter that is given twice, or that there is not */
export function oneEach(query: FileQuery, names: Parameters = FILE_PARAMETERS): FileQuery {
  const reader = new QueryReader({ ...query });
  const given = Object.fromEntries(
    names.map((name) => [name, name === 'bom' ? reader.oneOf(name, ['yes', 'no']) : reader.text(name) || undefined]),
  );
  reader.done();
  return given;
}

type Parameters = ReadonlyArray<keyof FileQuery>;
const FILE_PARAMETERS: Parameters = ['table', 'period', 'language', 'asOf'];
/** What was published is of one period, and never changes. */
export const PUBLISHED_PARAMETERS: Parameters = ['table', 'language'];
/** Workbooks and JSON hold all tables; only of CSV is it asked whether it begins with a byte order mark. */
export const parametersOf = (names: Parameters, format: FileFormat): Parameters => {
  if (format === 'csv') return [...names, 'bom'];
  return format === 'ndjson' ? names : names.filter((name) => name !== 'table');
};
