import { Controller, HttpCode, NotFoundException, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../clock.js';
import { Settings } from '../config/settings.js';
import { rawBodyOf } from '../http/raw-body.js';
import { eventsIn, MailEventsNotSigned } from './mail-events.js';
import { ReturnedMailsService } from './returned-mails.service.js';
import { signedMessageId } from './webhook-signature.js';

@Controller()
export class MailEventsController {
  constructor(
    private readonly service: ReturnedMailsService,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /** Where the mail provider reports mails that came back, signed as Standard Webhooks have it. */
  @Post('mail/events')
  @HttpCode(200)
  async take(@Req() request: FastifyRequest): Promise<{ events: number; noted: number }> {
    const secret = this.settings.MAIL_EVENTS_SECRET;
    if (!secret) throw new NotFoundException();
    const header = (name: string): string | undefined => [request.headers[name]].flat()[0];
    const headers = {
      id: header('webhook-id'),
      timestamp: header('webhook-timestamp'),
      signature: header('webhook-signature'),
    };
    const id = signedMessageId(headers, rawBodyOf(request), secret, this.clock.now());
    if (!id) throw new MailEventsNotSigned();
    const events = eventsIn(request.body);
    const outcomes = await this.service.takeOnce(id, events);
    return { events: events.length, noted: outcomes?.filter((outcome) => outcome === 'NOTED').length ?? 0 };
  }
}
