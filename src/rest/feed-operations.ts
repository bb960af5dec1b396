import type { Operation } from './operation.js';

const SALT = 'https://mithaq.example.org/api/v1/plans/greater-salt-2024-2025';
const LANGUAGES = 'in the language of `?language=`, else of `Accept-Language`, else of the plan';
const ENTRIES =
  'what was published (every version, a correction with its reason), check-ins that were handed in, verified, published or opened again, due dates that moved, and assessments';
const PAGES =
  'Newest first, 50 at a time; the link with `rel="next"` leads to those before (RFC 5005). An entry keeps its id for ever and is never told differently later.';

const ATOM_FEED = {
  type: 'application/atom+xml',
  schema: { type: 'string', description: 'An Atom feed (RFC 4287).' },
  example:
    '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><id>urn:uuid:0196b0a2-7c1e-7d55-8f3a-2f6c5e9d1b40</id><title>Plan of Greater Salt: what happened</title><updated>2024-07-10T06:12:00.000Z</updated></feed>\n',
};
const JSON_FEED = {
  type: 'application/feed+json',
  schema: {
    type: 'object',
    description: 'A JSON Feed (https://jsonfeed.org/version/1.1).',
    required: ['version', 'title', 'feed_url', 'items'],
    properties: {
      version: { type: 'string', format: 'uri', description: 'Version of the format.' },
      title: { type: 'string', description: 'What the feed is called.' },
      language: { type: 'string', description: 'The language that it is told in.' },
      home_page_url: { type: 'string', format: 'uri', description: 'What it tells of.' },
      feed_url: { type: 'string', format: 'uri', description: 'Where this page of it is found.' },
      next_url: {
        type: 'string',
        format: 'uri',
        description: 'The entries before these; left out when there are none.',
      },
      _licence: { type: 'object', description: 'How what it says may be used.' },
      items: {
        type: 'array',
        maxItems: 50,
        description: 'What happened, newest first.',
        items: {
          type: 'object',
          required: ['id', 'url', 'title', 'content_html', 'date_published'],
          properties: {
            id: { type: 'string', description: 'Stays the same in every language and format.' },
            url: { type: 'string', format: 'uri', description: 'Where more of it is found.' },
            title: { type: 'string', description: 'What happened, in a line.' },
            content_html: {
              type: 'string',
              description: 'The same at length. What people wrote stands in their own language, as text.',
            },
            date_published: { type: 'string', format: 'date-time', description: 'When it happened.' },
            authors: {
              type: 'array',
              description: 'The institution or the role that speaks; never a person.',
              items: { type: 'object' },
            },
            tags: {
              type: 'array',
              description:
                'Its kind: `PUBLICATION`, `CLAIM`, `VERIFIED`, `PUBLISHED`, `REOPENED`, `RESCHEDULED` or `ASSESSMENT`.',
              items: { type: 'string' },
            },
          },
        },
      },
    },
  },
  example: {
    version: 'https://jsonfeed.org/version/1.1',
    title: 'Plan of Greater Salt: what happened',
    language: 'en',
    home_page_url: SALT,
    feed_url: `${SALT}/feed.json`,
    items: [
      {
        id: 'urn:uuid:0196b0a2-7c1e-7d55-8f3a-2f6c5e9d1b41',
        url: `${SALT}/publications/2024-Q2/v/1`,
        title: 'Published: 2024-Q2',
        content_html: '<p>5 of 20 check-ins received, 0 of them late; 4 verified.</p>',
        date_published: '2024-07-10T06:12:00.000Z',
        tags: ['PUBLICATION'],
      },
    ],
  },
};

const CALENDAR = {
  type: 'text/calendar',
  schema: { type: 'string', description: 'A calendar (RFC 5545, with the properties of RFC 7986).' },
  example:
    'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Mithaq//Plan//EN\r\nMETHOD:PUBLISH\r\nNAME;LANGUAGE=en:Plan of Greater Salt: dates\r\nBEGIN:VEVENT\r\nUID:mithaq-due-0196b0a2-7c1e-7d55-8f3a-2f6c5e9d1b42\r\nSEQUENCE:0\r\nDTSTAMP:20240208T070000Z\r\nDTSTART;VALUE=DATE:20240714\r\nSUMMARY;LANGUAGE=en:Check-ins due: 2024-Q2\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
};

const JSON_LD = {
  type: 'application/ld+json',
  schema: {
    type: 'object',
    description: 'JSON-LD 1.1 whose context stands in it: nothing has to be fetched to read it.',
    additionalProperties: true,
    properties: { '@context': { type: 'object', description: 'What the names stand for.' } },
  },
  example: {
    '@context': { '@vocab': 'https://schema.org/', dcat: 'http://www.w3.org/ns/dcat#' },
    '@graph': [
      { '@id': `${SALT}/dcat.jsonld#plan`, '@type': ['Dataset', 'dcat:Dataset'], name: 'Plan of Greater Salt' },
    ],
  },
};

const PLACES = [
  { path: '/plans/{plan}', id: 'Plan', of: 'a plan', tells: ENTRIES },
  {
    path: '/plans/{plan}/commitments/{number}',
    id: 'Commitment',
    of: 'a commitment',
    tells: 'the same of one commitment; publications are of the whole plan, and stand in its feed alone',
  },
] as const;
const FORMATS = [
  { ending: 'atom', id: 'Atom', as: 'Atom', file: ATOM_FEED },
  { ending: 'json', id: 'Json', as: 'JSON Feed', file: JSON_FEED },
] as const;

/** What others subscribe to. */
export const FEED_OPERATIONS: readonly Operation[] = [
  ...PLACES.flatMap(({ path, id, of, tells }) =>
    FORMATS.map((format): Operation => ({
      method: 'get',
      path: `${path}/feed.${format.ending}`,
      id: `get${id}Feed${format.id}`,
      tag: 'Feeds',
      summary: `What happened with ${of}, as ${format.as}`,
      description: `Tells, ${LANGUAGES}: ${tells}. ${PAGES} Licence: CC BY 4.0.`,
      answers: { file: format.file },
      asks: ['cursor', 'language'],
      isDated: true,
      refusals: [400, 404],
    })),
  ),
  {
    method: 'get',
    path: '/plans/{plan}/calendar.ics',
    id: 'getCalendar',
    tag: 'Feeds',
    summary: 'The dates of a plan, as a calendar',
    description: `To subscribe to, ${LANGUAGES}: when reporting opens, is due and closes, with more time for single institutions; when milestones and assessments are due; meetings, at the time of the plan’s zone; what was published. An event keeps its UID; its SEQUENCE grows when it is moved; a cancelled meeting stays, as \`STATUS:CANCELLED\`. At most 2,000 events of a kind, those furthest back left out.`,
    answers: { file: CALENDAR },
    asks: ['ofInstitution', 'language'],
    isDated: true,
    refusals: [400, 404],
  },
  {
    method: 'get',
    path: '/plans/{plan}/dcat.jsonld',
    id: 'getDatasets',
    tag: 'Feeds',
    summary: 'A plan as datasets, for catalogues of open data',
    description:
      'The plan, and each version of what was published of it, as a dataset with its files, licence, publisher, languages, and the time and place that it covers: in the words of DCAT 3 and of schema.org. Versions newest first, 100 at a time; follow the `Link` header with `rel="next"`.',
    answers: { file: JSON_LD },
    asks: ['cursor', 'language'],
    isDated: true,
    refusals: [400, 404],
  },
  {
    method: 'get',
    path: '/catalog.jsonld',
    id: 'getCatalogue',
    tag: 'Feeds',
    summary: 'All plans as a catalogue of open data',
    description:
      'A `dcat:Catalog` and schema.org `DataCatalog` with a dataset for each plan, 100 at a time; follow the `Link` header with `rel="next"`. The versions that were published of a plan stand in its own `dcat.jsonld`.',
    answers: { file: JSON_LD },
    asks: ['cursor', 'language'],
    refusals: [400],
  },
];
