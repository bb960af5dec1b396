import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Viewer } from '../platform/access/viewer.js';
import { API_DOCS_PAGE } from '../platform/rest/api-docs.js';
import { sendJson } from '../platform/rest/rest-answer.js';
import { StoredQuestions } from '../platform/rest/stored-question.js';
import { openApi } from './open-api.js';

@Controller('api')
export class OpenApiController {
  private document: object | null = null;

  constructor(private readonly questions: StoredQuestions) {}

  @Get('v1/openapi.json')
  read(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.document ??= openApi(this.questions.schema);
    return sendJson(request, reply, this.document, { viewer: Viewer.public });
  }

  @Get('docs')
  page(@Res() reply: FastifyReply): unknown {
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(API_DOCS_PAGE);
  }
}
