import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { ActionPlansQueries, type ActionPlanRow } from '../action-plans/action-plans.queries.js';
import type { Member } from '../action-plans/member.entity.js';
import { Settings } from '../platform/config/settings.js';
import { languagesOf } from '../platform/http/languages.js';
import { LARGEST_PAGE, pageOf } from '../platform/database/pages.js';
import { Messages } from '../platform/i18n/messages.js';
import { wordsOf } from '../platform/i18n/pick.js';
import type { Language, LocalizedText } from '../platform/i18n/text.js';
import { cursorRefused, type Query } from '../platform/rest/query-parameters.js';
import { publicationUrl } from '../publications/publication.url.js';
import { PublicationsQueries, type PublicationRow } from '../publications/publications.queries.js';
import { CONTEXT, datasetNode, lastDayOf, type Dataset } from './dataset.js';
import { DatasetsQueries, type PlanContents } from './datasets.queries.js';
import { LastChangeQueries } from './last-change.queries.js';
import { askedIn, Readings } from './readings.js';

const KEYWORDS = ['open government', 'action plan', 'Open Government Partnership'];

export interface Described {
  readonly document: object;
  readonly next: string | null;
  readonly lastModified: Date | null;
}

/** Plans, and every version of what was published of them, as catalogues of data harvest them. */
@Injectable()
export class Datasets {
  constructor(
    private readonly db: DataSource,
    private readonly readings: Readings,
    private readonly plans: ActionPlansQueries,
    private readonly publications: PublicationsQueries,
    private readonly queries: DatasetsQueries,
    private readonly changes: LastChangeQueries,
    private readonly messages: Messages,
    private readonly settings: Settings,
  ) {}

  /** The plan and what was published of it, newest first, page by page. @throws PlanNotFound or InvalidInput */
  async ofPlan(planKey: string, request: FastifyRequest): Promise<Described> {
    const reading = await this.readings.of(planKey, request, ['cursor']);
    const { plan, member, language, asked, lastModified } = reading;
    const { edges, hasNextPage } = await this.publications.page(planKey, asked.cursor ?? null).catch(cursorRefused);
    const [contents] = await this.queries.contentsOf([plan.id]);
    const whole = this.whole(plan, member, contents, language, reading.lastChange);
    const versions = await this.versions(
      whole,
      edges.map(({ node }) => node),
      language,
    );
    const cursor = hasNextPage ? edges.at(-1)?.cursor : undefined;
    return {
      document: {
        '@context': CONTEXT,
        '@graph': [
          { ...datasetNode(whole), 'dcat:hasVersion': versions.map(({ id }) => ({ '@id': id })) },
          ...versions.map(datasetNode),
        ],
      },
      next: cursor ? this.readings.address(reading, '/dcat.jsonld', { language: asked.language, cursor }) : null,
      lastModified,
    };
  }

  /** All plans, page by page. @throws InvalidInput */
  async catalogue(request: FastifyRequest): Promise<Described> {
    const asked = askedIn(request.query as Query, ['cursor']);
    const language = this.messages.languageFor(languagesOf(request));
    const list = this.plans.list('KEY_ASC');
    const page = { first: LARGEST_PAGE, after: asked.cursor ?? null };
    const { edges, hasNextPage } = await pageOf(this.db, list, page).catch(cursorRefused);
    const plans = edges.map(({ node }) => node);
    const datasets = await this.wholes(plans, language);
    const cursor = hasNextPage ? edges.at(-1)?.cursor : undefined;
    const name = this.messages.say(language, 'dataset.catalogue');
    return {
      document: {
        '@context': CONTEXT,
        '@id': this.readings.under('/catalog.jsonld'),
        '@type': ['DataCatalog', 'dcat:Catalog'],
        name,
        'dct:title': name,
        'dct:description': name,
        url: this.readings.under('/catalog.jsonld'),
        dataset: datasets.map(datasetNode),
        'dcat:dataset': datasets.map(({ id }) => ({ '@id': id })),
      },
      next: cursor ? this.readings.under('/catalog.jsonld', { language: asked.language, cursor }) : null,
      lastModified: null,
    };
  }

  private async wholes(plans: readonly ActionPlanRow[], language: Language): Promise<Dataset[]> {
    const memberIds = [...new Set(plans.map(({ memberId }) => memberId))];
    const [members, contents, changes] = await Promise.all([
      this.plans.membersByIds(memberIds),
      this.queries.contentsOf(plans.map(({ id }) => id)),
      this.changes.ofEach(memberIds),
    ]);
    return plans.flatMap((plan) => {
      const member = members.find(({ id }) => id === plan.memberId);
      const of = contents.find(({ planId }) => planId === plan.id);
      return member ? [this.whole(plan, member, of, language, changes.get(member.id) ?? null)] : [];
    });
  }

  private whole(
    plan: ActionPlanRow,
    member: Member,
    contents: PlanContents | undefined,
    language: Language,
    lastChange: Date | null,
  ): Dataset {
    const files = this.readings.under(`/plans/${plan.key}`);
    const inWords = (text: LocalizedText): string => wordsOf(text, [language], plan.language) ?? '';
    const name = inWords(plan.title);
    return {
      id: `${files}/dcat.jsonld#plan`,
      name,
      description: this.messages.say(language, 'dataset.description', { plan: name }),
      titles: plan.title,
      languages: contents?.languages ?? [],
      keywords: [...KEYWORDS, ...(contents?.keywords ?? [])],
      publisher: {
        id: `${this.readings.under('/catalog.jsonld')}#member-${member.key}`,
        name: inWords(member.name),
        names: member.name,
        country: member.country,
        website: member.website,
      },
      from: plan.startsOn,
      until: plan.endsOn,
      issued: plan.submittedOn,
      modified: (lastChange ?? this.readings.now()).toISOString(),
      files,
      landingPage: files,
      catalogue: this.readings.under('/catalog.jsonld'),
    };
  }

  private async versions(
    whole: Dataset,
    publications: readonly PublicationRow[],
    language: Language,
  ): Promise<Dataset[]> {
    const days = await this.queries.periodDaysOf(publications.map(({ periodId }) => periodId));
    const say = (key: string, args: Readonly<Record<string, string | number>>) =>
      this.messages.say(language, key, args);
    return publications.map((publication): Dataset => {
      const { version, periodKey: period, reason, sha256, publishedAt } = publication;
      const url = publicationUrl(this.settings.PUBLIC_URL, publication);
      const of = days.find(({ id }) => id === publication.periodId);
      const name = say('dataset.version', { plan: whole.name, period, version });
      const description = say('dataset.versionDescription', { plan: whole.name, period });
      return {
        ...whole,
        id: url,
        name,
        titles: { [language]: { text: name, origin: 'ORIGINAL' } },
        description: reason === null ? description : say('dataset.correction', { description, reason }),
        from: of?.startsOn ?? null,
        until: of ? lastDayOf(of.endsBefore) : null,
        issued: publishedAt.toISOString(),
        modified: publishedAt.toISOString(),
        files: url,
        landingPage: url,
        version: { number: version, of: whole.id, sha256 },
      };
    });
  }
}
