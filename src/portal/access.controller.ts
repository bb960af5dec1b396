import { Controller, Get, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Messages } from '../platform/i18n/messages.js';
import { pageLanguageOf, sendPage } from '../platform/pages/page.js';
import { PageErrors } from '../platform/pages/page-errors.js';
import { accessPage } from './access.page.js';

/** The access table for people to read: the very one that the checks are made from. */
@Controller('access')
@UseFilters(PageErrors)
export class AccessController {
  constructor(private readonly messages: Messages) {}

  @Get()
  table(@Req() request: FastifyRequest, @Res() reply: FastifyReply): unknown {
    const inLanguage = pageLanguageOf(request, this.messages);
    return sendPage(reply, inLanguage, accessPage(inLanguage));
  }
}
