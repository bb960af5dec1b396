import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Viewer } from '../platform/access/viewer.js';
import { sendJson } from '../platform/rest/rest-answer.js';
import { Datasets, type Described } from './datasets.js';

const JSON_LD = 'application/ld+json; charset=utf-8';

/** What catalogues of open data harvest: schema.org and DCAT in one document. */
@Controller('api/v1')
export class DatasetsController {
  constructor(private readonly datasets: Datasets) {}

  @Get('plans/:plan/dcat.jsonld')
  async plan(@Param('plan') plan: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    await send(await this.datasets.ofPlan(plan, request), request, reply);
  }

  @Get('catalog.jsonld')
  async catalogue(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    await send(await this.datasets.catalogue(request), request, reply);
  }
}

const send = ({ document, next, lastModified }: Described, request: FastifyRequest, reply: FastifyReply) =>
  sendJson(request, reply, document, { viewer: Viewer.public, type: JSON_LD, next, lastModified });
