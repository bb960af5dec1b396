import { Controller, Get, Req, Res, UseFilters } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { CommitmentsQueries } from '../commitments/commitments.queries.js';
import { Clock } from '../platform/clock.js';
import { Settings } from '../platform/config/settings.js';
import { pageOf, pagesOf } from '../platform/database/pages.js';
import { Messages } from '../platform/i18n/messages.js';
import { PageErrors } from '../platform/pages/page-errors.js';
import { pageLanguageOf, sendPage } from '../platform/pages/page.js';
import type { ExampleSubject } from './build-examples.js';
import { buildPage } from './build.page.js';

/** What stands in the examples while there is no plan yet. */
const NO_PLAN = { plan: 'greater-salt-2024-2025', number: 1 };

@Controller('api/build')
@UseFilters(PageErrors)
export class BuildController {
  constructor(
    private readonly db: DataSource,
    private readonly plans: ActionPlansQueries,
    private readonly commitments: CommitmentsQueries,
    private readonly messages: Messages,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  @Get()
  async page(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const inLanguage = pageLanguageOf(request, this.messages);
    await sendPage(reply, inLanguage, buildPage(inLanguage, await this.subject()));
  }

  /** The first plan that there is, and its first commitment. */
  private async subject(): Promise<ExampleSubject> {
    const url = this.settings.PUBLIC_URL;
    const [plan] = (await pageOf(this.db, this.plans.list('KEY_ASC'), { first: 1 })).edges;
    if (!plan) return { url, ...NO_PLAN };
    const list = this.commitments.list('NUMBER_ASC', {}, this.clock.now());
    const [first] = await pagesOf(this.db, list, { first: 1 }, [plan.node.id]);
    return { url, plan: plan.node.key, number: first?.edges[0]?.node.number ?? NO_PLAN.number };
  }
}
