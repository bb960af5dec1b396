import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { parseAtomFeed, parseJsonFeed } from 'feedsmith';
import fc from 'fast-check';
import ICAL from 'ical.js';
import jsonld from 'jsonld';
import ical, { type VEvent } from 'node-ical';
import { SaxesParser } from 'saxes';
import { atLocalTime } from '../../src/action-plans/reporting-calendar.js';
import { calendarFile } from '../../src/platform/calendar/calendar-file.js';
import { atomFeed } from '../../src/feeds/atom-feed.js';
import type { Feed } from '../../src/feeds/feed.js';
import { html } from '../../src/platform/pages/html.js';
import { TestApp } from '../support/app.js';
import { curl, here, pageExamples } from '../support/page-examples.js';
import { begin, handIn } from '../support/filing.js';
import { given } from '../support/given.js';

const PLAN = 'testville-2024';
const HOSTILE = 'a ]]> <script>alert(1)</script> & "q" \ufffe \u202eمرحبا';

type Headers_ = Record<string, string>;

/** Refuses whatever is not well-formed, and answers the text of all elements of the name. */
function textsIn(xml: string, name: string): string[] {
  const parser = new SaxesParser({ xmlns: true });
  const found: string[] = [];
  let inside = 0;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ local }) => {
    if (local === name && inside++ === 0) found.push('');
  });
  parser.on('closetag', ({ local }) => {
    if (local === name) inside -= 1;
  });
  parser.on('text', (text) => {
    if (inside > 0) found.push((found.pop() ?? '') + text);
  });
  parser.write(xml).close();
  return found;
}

describe('what others subscribe to', () => {
  let app: TestApp;
  let officer: Headers_;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    await app.import(
      given.plan({
        institutions: [
          given.institution('works', { name: { en: 'Works', ar: 'الأشغال', fr: 'Travaux' } }),
          given.institution('parks'),
          given.institution('monitor'),
        ],
        plan: {
          submittedOn: '2024-01-15',
          participations: [{ institution: 'monitor', role: 'MONITORING_BODY' }],
        },
        workingGroups: [
          { key: 'water', name: { en: 'Water, and; more' }, coordinator: 'works', members: ['parks'] },
          { key: 'green', name: { en: 'Green' }, coordinator: 'works', members: [] },
        ],
        commitments: [
          given.commitment(1, {
            title: { en: HOSTILE.replace('\ufffe', ''), ar: 'عنوان' },
            institutions: [{ institution: 'works', role: 'LEAD' }],
            policyAreas: ['Water'],
          }),
          given.commitment(2, {
            institutions: [
              { institution: 'works', role: 'LEAD' },
              { institution: 'parks', role: 'SUPPORTING' },
            ],
          }),
        ],
      }),
    );
    officer = await app.as('MEL_OFFICER', PLAN);
  });
  afterAll(() => app.close());

  /** Read to its end, so that the connection is free again. */
  async function get(path: string, headers: Headers_ = {}): Promise<Response> {
    const here = path.startsWith('http')
      ? path.replace('http://mithaq.example.org', app.url)
      : `${app.url}/api/v1/plans/${PLAN}/${path}`;
    const response = await fetch(here, { headers });
    return new Response(response.status === 304 ? null : await response.arrayBuffer(), response);
  }
  const textOf = async (path: string, headers: Headers_ = {}) => {
    const response = await get(path, headers);
    expect([path, response.status]).toEqual([path, 200]);
    return response.text();
  };
  const atom = async (path = 'feed.atom?language=en', headers: Headers_ = {}) =>
    parseAtomFeed(await textOf(path, headers));
  const titles = async (path?: string) => ((await atom(path)).entries ?? []).map(({ title }) => title?.value);

  async function mutate<T>(
    name: string,
    type: string,
    input: object,
    selection: string,
    headers = officer,
  ): Promise<T> {
    const { data, errors } = await app.gql<Record<string, T>>(
      `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} } }`,
      { input },
      headers,
    );
    expect([name, errors]).toEqual([name, undefined]);
    return data[name] as T;
  }
  interface CheckIn {
    readonly id: string;
    readonly version: number;
  }
  async function checkIn(number: number, institution: string): Promise<CheckIn> {
    const [found] = await app.db.query<CheckIn[]>(
      `select k.id, k.version from check_in k join commitment c on c.id = k.commitment_id join institution i on i.id = k.institution_id
        where c.number = $1 and i.key = $2`,
      [number, institution],
    );
    if (!found) throw new Error('There is no such check-in.');
    return found;
  }
  async function review(name: string, type: string, number: number, institution: string, input: object) {
    const { id, version } = await checkIn(number, institution);
    await mutate(name, type, { checkIn: id, version, ...input }, 'checkIn { id }');
  }

  it('is told of nothing before something happened, in a feed that is whole all the same', async () => {
    const feed = await atom();
    expect(feed).toMatchObject({
      title: { value: 'Plan of Testville: what happened' },
      authors: [{ name: 'Testville' }],
    });
    expect(feed.entries ?? []).toEqual([]);
    expect(feed.updated).toMatch(/^2024-04-05T05:00:/);
  });

  describe('feeds', () => {
    beforeAll(async () => {
      await handIn(app, 'works', [1]);
      await begin(app, 'works', [2]);
      app.clock.set(new Date('2024-04-06T08:00Z'));
      await review('checkInReturn', 'CheckInReturnInput', 1, 'works', { comment: 'INTERNAL-COMMENT' });
      app.clock.set(new Date('2024-04-06T09:00Z'));
      await handIn(app, 'works', [1]);
      app.clock.set(new Date('2024-04-07T08:00Z'));
      await review('checkInVerify', 'CheckInVerifyInput', 1, 'works', { finding: 'Seen on site.\nTwice.' });
      app.clock.set(new Date('2024-04-08T08:00Z'));
      await review('checkInPublish', 'CheckInPublishInput', 1, 'works', {});
      app.clock.set(new Date('2024-04-09T08:00Z'));
      await mutate('periodPublish', 'PeriodPublishInput', { plan: PLAN, period: '2024-Q1' }, 'isNew');
      app.clock.set(new Date('2024-04-10T08:00Z'));
      await review('checkInReopen', 'CheckInReopenInput', 1, 'works', { reason: HOSTILE });
      app.clock.set(new Date('2024-04-11T08:00Z'));
      const [milestone] = await app.db.query<[{ id: string }]>(
        `select m.id from milestone m join commitment c on c.id = m.commitment_id where c.number = 1`,
      );
      await mutate(
        'milestoneReschedule',
        'MilestoneRescheduleInput',
        { milestone: milestone.id, dueDate: '2024-09-30', reason: 'تأخر العطاء' },
        'milestone { id }',
      );
      app.clock.set(new Date('2024-04-12T08:00Z'));
      await mutate(
        'assessmentFile',
        'AssessmentFileInput',
        { plan: PLAN, kind: 'INCEPTION', summary: 'Clear enough.' },
        'assessment { id }',
        await app.as('MONITORING_BODY', PLAN, 'monitor'),
      );
      app.clock.set(new Date('2024-04-13T08:00Z'));
      await mutate(
        'periodPublish',
        'PeriodPublishInput',
        { plan: PLAN, period: '2024-Q1', reason: 'A check-in was opened again.' },
        'isNew',
      );
    });

    const TITLES = [
      'Corrected publication: 2024-Q1, version 2',
      'Inception assessment filed',
      'Due date moved to Monday, September 30, 2024: milestone 1 of commitment 1',
      'Opened again for a correction: check-in of Works on commitment 1 for 2024-Q1',
      'Published: 2024-Q1',
      'Check-in published: Works on commitment 1 for 2024-Q1',
      'Verified: check-in of Works on commitment 1 for 2024-Q1',
      'Works reported again on commitment 1 for 2024-Q1',
      'Works reported on commitment 1 for 2024-Q1',
    ];

    it('tell what happened, newest first, and nothing that the public may not see', async () => {
      expect(await titles()).toEqual(TITLES);
      const all = (await textOf('feed.atom')) + (await textOf('feed.json'));
      expect(all).not.toMatch(/INTERNAL-COMMENT|Focal point|person:|token:|DRAFT/);
    });

    it('are the same told as JSON Feed', async () => {
      const feed = parseJsonFeed(await textOf('feed.json?language=en'));
      expect(feed.items?.map(({ title }) => title)).toEqual(TITLES);
      const ofAtom = await atom();
      expect(feed.items?.map(({ id, date_published }) => [id, date_published])).toEqual(
        ofAtom.entries?.map(({ id, published }) => [id, published]),
      );
      expect(feed).toMatchObject({
        language: 'en',
        feed_url: 'http://mithaq.example.org/api/v1/plans/testville-2024/feed.json?language=en',
      });
      expect((await get('feed.json')).headers.get('content-type')).toBe('application/feed+json; charset=utf-8');
    });

    it('are well-formed whatever stands in them, and quote it as text', async () => {
      const xml = await textOf('feed.atom?language=en');
      const content = textsIn(xml, 'content').find((html) => html.includes('\ufffd'));
      expect(content).toContain('a ]]&#62; &#60;script&#62;alert(1)&#60;/script&#62; &#38; &#34;q&#34; \ufffd');
      expect(content).not.toContain('<script');
      // A text may turn its own direction, and not that of what stands around it.
      expect(textsIn(xml, 'title').join()).not.toContain('\u202e');
    });

    it('are well-formed with any text at all, control characters and torn pairs included', async () => {
      const at = new Date('2024-04-01T00:00Z');
      const everywhere = (text: string): Feed => ({
        ...{
          id: text,
          title: text,
          subtitle: text,
          language: 'ar',
          rights: text,
          author: text,
          updated: at,
          about: text,
        },
        ...{ self: { atom: text, json: text }, first: { atom: text, json: text }, next: { atom: text, json: text } },
        items: [
          { id: text, title: text, at, author: text, url: text, html: html`<p>${text}</p>`.toString(), kind: 'CLAIM' },
        ],
      });
      const anything = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('\u0000', '\ud800', '\ufffe\uffff', ']]>', '<!--', '&#0;', '&lt;b&gt;', HOSTILE),
      );
      await fc.assert(
        fc.asyncProperty(anything, async (text) => {
          const [, title] = textsIn(await atomFeed(everywhere(text)), 'title');
          const printable = text
            .replace(/\r\n?/g, '\n')
            .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
          expect(title).toBe(printable);
        }),
      );
      expect(textsIn(await atomFeed(everywhere('<b>')), 'content')).toEqual(['<p>&#60;b&#62;</p>']);
    });

    it('name the institution or the role that speaks, and no person', async () => {
      const { entries = [] } = await atom();
      const authors = entries.map(({ authors }) => authors?.[0]?.name);
      expect(authors).toEqual([
        'Monitoring, evaluation and learning officer',
        'Institution monitor',
        ...Array.from({ length: 5 }, () => 'Monitoring, evaluation and learning officer'),
        'Works',
        'Works',
      ]);
    });

    it('give the public reason of a correction, of a move and of what was opened again', async () => {
      const { entries = [] } = await atom();
      const reasonOf = (at: number) => entries[at]?.content?.value ?? '';
      expect(reasonOf(0)).toContain('A check-in was opened again.');
      expect(reasonOf(2)).toContain('<blockquote dir="auto">تأخر العطاء</blockquote>');
      expect(reasonOf(2)).toContain('Due until now: Sunday, June 30, 2024');
      expect(reasonOf(6)).toContain('Seen on site.<br />Twice.');
    });

    it.each([
      ['?language=ar', {}, 'ar'],
      ['', { 'accept-language': 'fr;q=0.9, xx' }, 'fr'],
      ['', {}, 'en'],
      ['?language=xx', {}, 'en'],
    ])('speak the language of the reader: %s %o', async (query, headers, language) => {
      const xml = await textOf(`feed.atom${query}`, headers);
      expect(xml).toContain(`xml:lang="${language}"`);
      const [, title] = textsIn(xml, 'title');
      expect(title).toContain(
        { en: 'Corrected publication', fr: 'Publication corrigée', ar: 'نشر مصحَّح: \u20682024-Q1\u2069' }[language],
      );
      const json = parseJsonFeed(await textOf(`feed.json${query}`, headers as Headers_));
      expect(json.language).toBe(language);
    });

    it('have ids that stay the same in every language, and links that lead somewhere', async () => {
      const [inEnglish, inArabic] = [await atom(), await atom('feed.atom?language=ar')];
      expect(inArabic.entries?.map(({ id }) => id)).toEqual(inEnglish.entries?.map(({ id }) => id));
      expect(inEnglish.id).toBe(inArabic.id);
      expect(inEnglish.rights).toMatchObject({ value: expect.stringContaining('CC BY 4.0') });
      const links = [...(inEnglish.links ?? []), ...(inEnglish.entries ?? []).flatMap(({ links }) => links ?? [])];
      expect(links.map(({ rel }) => rel)).toEqual(expect.arrayContaining(['self', 'alternate', 'license']));
      for (const { href = '', rel } of links.filter(({ rel }) => rel !== 'license'))
        expect([rel, href, (await get(href)).status]).toEqual([rel, href, 200]);
    });

    it('of a commitment tell of it alone', async () => {
      expect(await titles('commitments/1/feed.atom?language=en')).toEqual(
        TITLES.filter((title) => title.includes('commitment 1')),
      );
      expect(await titles('commitments/2/feed.atom')).toEqual([]);
      const json = parseJsonFeed(await textOf('commitments/1/feed.json'));
      expect(json.items).toHaveLength(6);
      expect(json.title).toContain('Commitment 1: ');
    });

    it('are read page by page, each entry once', async () => {
      await app.db.query(
        `insert into milestone_due_date (milestone_id, due_on, reason, changed_at, changed_by, acting_as)
         select m.id, '2024-10-01', 'x', '2024-01-01T00:00Z', 'test', 'MEL_OFFICER' from milestone m, generate_series(1, 60)`,
      );
      const seen: Array<string | undefined> = [];
      const sizes: number[] = [];
      for (let next: string | undefined = 'feed.atom?language=fr'; next;) {
        const page = await atom(next);
        seen.push(...(page.entries ?? []).map(({ id }) => id));
        sizes.push(page.entries?.length ?? 0);
        next = page.links?.find(({ rel }) => rel === 'next')?.href;
        if (next) expect(next).toContain('language=fr');
      }
      expect(sizes).toEqual([50, 50, 29]);
      expect(new Set(seen).size).toBe(129);
      const json = parseJsonFeed(await textOf('feed.json'));
      expect(parseJsonFeed(await textOf(json.next_url ?? '')).items).toHaveLength(50);
    });

    it('are not sent again to whoever has them, and anew right after every write', async () => {
      app.clock.set(new Date('2024-04-13T08:00:30Z'));
      expect((await get('feed.atom')).headers.get('last-modified')).toBeNull();
      app.clock.set(new Date('2024-04-13T09:00Z'));
      const first = await get('feed.atom');
      const [etag, date] = ['etag', 'last-modified'].map((name) => first.headers.get(name) ?? undefined);
      expect(date).toBe('Sat, 13 Apr 2024 08:00:00 GMT');
      const again = (headers: Headers_) => get('feed.atom', headers).then(({ status }) => status);
      expect(await again({ 'if-none-match': etag ?? '' })).toBe(304);
      expect(await again({ 'if-modified-since': date ?? '' })).toBe(304);
      expect(await again({ 'if-modified-since': date ?? '', 'if-none-match': '"other"' })).toBe(200);
      expect(await again({ 'if-none-match': etag ?? '', 'accept-language': 'ar' })).toBe(200);
      const head = await fetch(`${app.url}/api/v1/plans/${PLAN}/feed.atom`, { method: 'HEAD' });
      expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, '']);
      // A draft is nobody's business: not even that there is a new one shows.
      app.clock.set(new Date('2024-04-14T09:00Z'));
      await begin(app, 'parks', [2]);
      expect(await again({ 'if-none-match': etag ?? '' })).toBe(304);
      expect(await again({ 'if-modified-since': date ?? '' })).toBe(304);
      await mutate(
        'assessmentFile',
        'AssessmentFileInput',
        { plan: PLAN, kind: 'INCEPTION', summary: 'Clearer.' },
        'assessment { id }',
        await app.as('MONITORING_BODY', PLAN, 'monitor'),
      );
      expect(await again({ 'if-none-match': etag ?? '' })).toBe(200);
      expect(await again({ 'if-modified-since': date ?? '' })).toBe(200);
      expect((await titles())[0]).toBe('Inception assessment filed');
    });

    it.each([
      ['feed.atom?cursor=nonsense', 400, 'cursor'],
      ['feed.json?cursor=WyJwbGFucy5rZXkiXQ', 400, 'cursor'],
      ['feed.atom?language=%3Cx', 400, 'language'],
      ['feed.atom?since=1', 400, 'since'],
      ['commitments/99/feed.atom', 404, 'number'],
      ['commitments/x/feed.json', 400, 'number'],
      ['../no-such/feed.atom', 404, 'plan'],
      ['../no-such/calendar.ics', 404, 'plan'],
      ['calendar.ics?institution=nobody', 404, 'institution'],
      ['dcat.jsonld?cursor=x', 400, 'cursor'],
      ['../../catalog.jsonld?cursor=x', 400, 'cursor'],
    ])('refuse %s by name', async (path, status, field) => {
      const response = await get(path);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      const problem = (await response.json()) as { status: number; violations: Array<{ field: string }> };
      expect([problem.status, problem.violations.map((violation) => violation.field)]).toEqual([status, [field]]);
    });
  });

  describe('the calendar', () => {
    let moved: { id: string; version: number };
    beforeAll(async () => {
      const plan = (input: object) =>
        mutate<{ meeting: { id: string; version: number } }>(
          'meetingPlan',
          'MeetingPlanInput',
          { plan: PLAN, workingGroup: 'water', ...input },
          'meeting { id version }',
        );
      ({ meeting: moved } = await plan({
        date: '2024-07-16',
        time: '10:00',
        place: 'Hall; room 3',
        agenda: 'Überblick,\nثم نقاش',
      }));
      const { meeting: cancelled } = await plan({ date: '2024-05-20', time: '09:30', workingGroup: 'green' });
      await plan({ date: '2024-08-01' });
      await mutate(
        'periodExtend',
        'PeriodExtendInput',
        { plan: PLAN, period: '2024-Q1', institution: 'works', dueDate: '2024-06-20', reason: 'Flood' },
        'period { key }',
      );
      // Outside the rules of today: clocks in Amman were changed until 2022.
      await app.db.query(
        `insert into meeting (plan_id, working_group_id, status, day, starts_at_time, created_at, created_by)
         select plan_id, id, 'PLANNED', day, '10:00', '2021-01-01T00:00Z', 'test' from working_group, unnest(array['2022-01-10', '2022-07-10']::date[]) day where key = 'water'`,
      );
      await mutate(
        'meetingCancel',
        'MeetingCancelInput',
        { meeting: cancelled.id, version: cancelled.version, reason: 'No quorum' },
        'meeting { id }',
      );
    });

    const read = async (query = '?language=en'): Promise<VEvent[]> =>
      Object.values(ical.sync.parseICS(await textOf(`calendar.ics${query}`))).filter(
        (part): part is VEvent => part?.type === 'VEVENT',
      );
    /** With the language that it says it is in, or as it stands. */
    const wordsOf = (text: VEvent['summary']) => (typeof text === 'string' ? text : text.val);
    const summaries = async (query?: string) => (await read(query)).map(({ summary }) => wordsOf(summary)).sort();
    const dayIn = (event: VEvent | undefined) => event && [event.datetype, event.start.toLocaleDateString('sv')];
    const named = async (pattern: RegExp, query?: string) =>
      (await read(query)).find(({ summary }) => pattern.test(wordsOf(summary)));

    it('has every date of the plan as a day of its own', async () => {
      expect(dayIn(await named(/^Reporting opens: 2024-Q1/))).toEqual(['date', '2024-04-01']);
      expect(dayIn(await named(/^Check-ins due: 2024-Q1/))).toEqual(['date', '2024-04-14']);
      expect(dayIn(await named(/^Reporting closes: 2024-Q1/))).toEqual(['date', '2024-05-15']);
      expect(dayIn(await named(/^Check-ins due: Works, 2024-Q1/))).toEqual(['date', '2024-06-20']);
      expect(dayIn(await named(/^Due: milestone 1 of commitment 1/))).toEqual(['date', '2024-09-30']);
      expect(dayIn(await named(/^Inception assessment due/))).toEqual(['date', '2024-03-15']);
      expect(dayIn(await named(/^Published: 2024-Q1/))).toEqual(['date', '2024-04-09']);
      expect(dayIn(await named(/^Corrected publication: 2024-Q1/))).toEqual(['date', '2024-04-13']);
      expect(await named(/^Check-ins due: Works/)).toMatchObject({
        description: { val: 'The institution was given more time: Flood' },
      });
    });

    it('has meetings at the instant when clocks of the plan show their time, by two parsers', async () => {
      const text = await textOf('calendar.ics');
      const calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
      const zone = new ICAL.Timezone(calendar.getFirstSubcomponent('vtimezone'));
      expect(zone.tzid).toBe('Asia/Amman');
      const timed = calendar
        .getAllSubcomponents('vevent')
        .map((event) => new ICAL.Event(event))
        .filter(({ startDate }) => !startDate.isDate);
      const instants = timed.map(({ startDate }) => {
        const local = startDate.clone();
        local.zone = zone;
        return local.toJSDate().toISOString();
      });
      const days: Array<[string, string]> = [
        ['2024-07-16', '10:00'],
        ['2024-05-20', '09:30'],
        ['2022-07-10', '10:00'],
        ['2022-01-10', '10:00'],
      ];
      const right = days.map(([day, time]) => atLocalTime(day, time, 'Asia/Amman').toISOString());
      expect(instants).toEqual(right);
      expect(right).toEqual([
        '2024-07-16T07:00:00.000Z',
        '2024-05-20T06:30:00.000Z',
        '2022-07-10T07:00:00.000Z',
        '2022-01-10T08:00:00.000Z',
      ]);
      const others = (await read())
        .filter(({ datetype }) => datetype === 'date-time')
        .map(({ start }) => start.toISOString());
      expect(others).toEqual(right);
    });

    it.each([
      'Europe/Paris',
      'Africa/Casablanca',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Asia/Gaza',
      'Asia/Kathmandu',
    ])(
      'carries the rules of %s for every day that it speaks of, as a parser reads them that knows no zones',
      (timeZone) => {
        const anyDay = fc.date({
          min: new Date('2015-01-01T00:00Z'),
          max: new Date('2030-12-31T00:00Z'),
          noInvalidDate: true,
        });
        fc.assert(
          fc.property(fc.array(anyDay, { minLength: 1, maxLength: 4 }), (instants) => {
            const days = instants.map((instant) => instant.toISOString().slice(0, 10));
            const events = days.map((day, at) => ({
              ...{ uid: `${at}`, sequence: 0, stamp: new Date(0), summary: 'x', description: null, location: null },
              start: { day, time: '12:30', timeZone },
            }));
            const calendar = new ICAL.Component(ICAL.parse(calendarFile('Test', events)) as unknown[]);
            const zone = new ICAL.Timezone(calendar.getFirstSubcomponent('vtimezone'));
            const read = calendar.getAllSubcomponents('vevent').map((event) => {
              const local = new ICAL.Event(event).startDate.clone();
              local.zone = zone;
              return local.toJSDate().toISOString();
            });
            expect(read).toEqual(days.map((day) => atLocalTime(day, '12:30', timeZone).toISOString()));
          }),
          { numRuns: 40 },
        );
      },
    );

    it('moves a meeting under the same id and a higher number, and keeps a cancelled one', async () => {
      const find = async () => (await read()).find(({ uid }) => uid.endsWith(moved.id));
      const before = await find();
      await mutate(
        'meetingMove',
        'MeetingMoveInput',
        { meeting: moved.id, version: moved.version, date: '2024-07-17', reason: 'Holiday' },
        'meeting { id }',
      );
      const after = await find();
      expect([before?.sequence, after?.sequence].map(Number)).toEqual([0, 1]);
      expect(after?.start.toISOString()).toBe('2024-07-17T07:00:00.000Z');
      expect(after).toMatchObject({ location: 'Hall; room 3', status: 'CONFIRMED' });
      expect(await named(/^Meeting: Green/)).toMatchObject({
        status: 'CANCELLED',
        description: { val: 'Cancelled: No quorum' },
      });
      expect(await named(/^Meeting: Water, and; more/)).toBeDefined();
    });

    it('has only what touches an institution when it is asked so', async () => {
      const ofParks = await summaries('?language=en&institution=parks');
      expect(ofParks.filter((summary) => summary.startsWith('Due: milestone'))).toEqual([
        'Due: milestone 1 of commitment 2: Milestone 2.1',
      ]);
      expect(ofParks.filter((summary) => summary.startsWith('Meeting'))).toEqual(
        Array.from({ length: 4 }, () => 'Meeting: Water, and; more'),
      );
      expect(ofParks.join()).not.toMatch(/Works|Inception/);
      const ofWorks = await summaries('?language=en&institution=works');
      // Its own day takes the place of the one that holds for others.
      expect(ofWorks.filter((summary) => /due: .*2024-Q1/.test(summary))).toEqual(['Check-ins due: Works, 2024-Q1']);
      expect(await summaries('?language=en&institution=monitor')).toEqual(['Inception assessment due']);
    });

    it.each(['en', 'fr', 'ar'])(
      'is one that programs come back to, in lines of at most 75 bytes (%s)',
      async (language) => {
        const response = await get(`calendar.ics?language=${language}`);
        expect(response.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
        const file = await response.text();
        expect(Math.max(...file.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
        expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n\ufffd]/);
        const calendar = new ICAL.Component(ICAL.parse(file) as unknown[]);
        const name = {
          en: 'Plan of Testville: dates',
          fr: 'Plan of Testville : dates',
          ar: '\u2068Plan of Testville\u2069: المواعيد',
        }[language];
        expect(['name', 'x-wr-calname'].map((property) => calendar.getFirstPropertyValue(property))).toEqual([
          name,
          name,
        ]);
        expect(calendar.getFirstProperty('name')?.getParameter('language')).toBe(language);
        expect(file).toContain('\r\nREFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n');
        expect(file).toContain('\r\nURL:http://mithaq.example.org/api/v1/plans/testville-2024\r\n');
        const ids = calendar.getAllSubcomponents('vevent').map((event) => event.getFirstPropertyValue('uid'));
        expect(new Set(ids).size).toBe(ids.length);
      },
    );

    it('is the same bytes until something is written, and another right after', async () => {
      app.clock.set(new Date('2024-04-14T10:00Z'));
      const first = await get('calendar.ics');
      app.clock.set(new Date('2024-05-01T09:00Z'));
      const etag = first.headers.get('etag') ?? '';
      expect(await textOf('calendar.ics')).toBe(await first.text());
      const date = first.headers.get('last-modified') ?? '';
      const again = () =>
        Promise.all(
          [['if-none-match', etag] as const, ['if-modified-since', date] as const].map(([name, value]) =>
            get('calendar.ics', { [name]: value }).then(({ status }) => status),
          ),
        );
      expect(await again()).toEqual([304, 304]);
      await mutate(
        'periodExtend',
        'PeriodExtendInput',
        { plan: PLAN, period: '2024-Q1', institution: 'parks', dueDate: '2024-06-21', reason: 'Storm' },
        'period { key }',
      );
      app.clock.set(new Date('2024-05-01T09:05Z'));
      expect(await again()).toEqual([200, 200]);
    });
  });

  describe('the description for catalogues', () => {
    const DCAT = 'http://www.w3.org/ns/dcat#';
    const DCT = 'http://purl.org/dc/terms/';
    type Node_ = Record<string, Array<Record<string, string>>> & { readonly '@id': string; readonly '@type': string[] };
    const expanded = async (path: string): Promise<Node_[]> => {
      const response = await get(path);
      expect(response.headers.get('content-type')).toBe('application/ld+json; charset=utf-8');
      const [found] = await Promise.all([
        jsonld.expand((await response.json()) as object, {
          documentLoader: () => Promise.reject(new Error('Nothing is to be fetched.')),
        }),
      ]);
      return found as unknown as Node_[];
    };

    it('has the plan and each version as datasets of DCAT and schema.org, read by a JSON-LD processor', async () => {
      const nodes = await expanded('dcat.jsonld?language=en');
      expect(nodes).toHaveLength(3);
      for (const node of nodes) {
        expect(node['@type']).toEqual(['https://schema.org/Dataset', `${DCAT}Dataset`]);
        for (const property of [
          `${DCT}title`,
          `${DCT}description`,
          `${DCT}publisher`,
          `${DCT}license`,
          `${DCT}temporal`,
          `${DCT}spatial`,
          `${DCAT}distribution`,
          'https://schema.org/name',
          'https://schema.org/temporalCoverage',
          'https://schema.org/spatialCoverage',
          'https://schema.org/license',
        ])
          expect([property, node[property]?.length]).toEqual([property, expect.any(Number)]);
      }
      const [plan, newest, first] = nodes;
      expect(plan?.['https://schema.org/temporalCoverage']).toEqual([{ '@value': '2024-01-01/2024-12-31' }]);
      expect(plan?.['https://schema.org/keywords']).toContainEqual({ '@value': 'Water' });
      expect(plan?.[`${DCT}language`]?.map((value) => value['@value'])).toEqual(['ar', 'en']);
      expect(newest?.['https://schema.org/temporalCoverage']).toEqual([{ '@value': '2024-01-01/2024-03-31' }]);
      expect([newest, first].map((node) => node?.[`${DCAT}version`])).toEqual([
        [{ '@value': '2' }],
        [{ '@value': '1' }],
      ]);
      expect(newest?.[`${DCAT}isVersionOf`]).toEqual([{ '@id': plan?.['@id'] }]);
    });

    it('lists files that are there and are what it says', async () => {
      const nodes = await expanded('dcat.jsonld');
      const files = nodes.flatMap((node) => node['https://schema.org/distribution'] as unknown as Node_[]);
      expect(files.length).toBeGreaterThan(25);
      for (const file of files) {
        const response = await get(file['@id']);
        const type = String(file['https://schema.org/encodingFormat']?.[0]?.['@value']);
        expect([file['@id'], response.status, response.headers.get('content-type')?.split(';')[0]]).toEqual([
          file['@id'],
          200,
          type,
        ]);
      }
    });

    it('has a catalogue of all plans', async () => {
      const [catalogue] = await expanded(`${app.url}/api/v1/catalog.jsonld`);
      expect(catalogue?.['@type']).toEqual(['https://schema.org/DataCatalog', `${DCAT}Catalog`]);
      expect(catalogue?.[`${DCAT}dataset`]).toEqual([
        { '@id': 'http://mithaq.example.org/api/v1/plans/testville-2024/dcat.jsonld#plan' },
      ]);
      const datasets = catalogue?.['https://schema.org/dataset'] as unknown as Node_[];
      expect(datasets[0]?.['https://schema.org/publisher']?.[0]).toMatchObject({
        'https://schema.org/name': [{ '@value': 'Testville' }],
      });
    });
  });

  describe('the page for builders', () => {
    it.each(['en', 'fr', 'ar'])('has examples that work as they stand (%s)', async (language) => {
      const examples = await pageExamples(app, language);
      const commands = examples.filter(({ kind, text }) => kind === 'shell' && text.startsWith('curl '));
      expect(commands.length).toBeGreaterThan(12);
      const files = new Map<string, string>();
      for (const { text } of commands) {
        const response = await curl(here(app, text), files);
        const body = await response.text();
        expect([text, response.status, /"errors"/.test(body)]).toEqual([text, 200, false]);
        // Of what was asked about, in the language asked for, and not empty.
        expect(body.length).toBeGreaterThan(60);
      }
      const cached = commands.find(({ text }) => text.includes('--etag-compare'));
      expect((await curl(here(app, cached?.text ?? ''), files)).status).toBe(304);
      // The others are run by `generated-client.spec.ts`.
      const others = examples.filter((example) => !commands.includes(example)).map(({ kind }) => kind);
      expect(others).toEqual(['shell', 'typescript', 'formula']);
    });

    it('has a formula that brings a table into a sheet', async () => {
      const formula = (await pageExamples(app, 'en')).find(({ kind }) => kind === 'formula');
      const [, address = ''] = /^=IMPORTDATA\("([^"]+)"\)$/.exec(formula?.text ?? '') ?? [];
      const table = parse(await textOf(address), { columns: true, bom: true }) as unknown as Headers_[];
      expect(table.map((row) => row['Milestone Title'])).toEqual(['Milestone 1.1', 'Milestone 2.1']);
    });

    it('has the hash of its question, and a question under another hash is refused as what it is', async () => {
      const [whole, again] = (await pageExamples(app, 'en')).filter(({ text }) => text.includes('persistedQuery'));
      const answers = await Promise.all(
        [whole, again].map(async (example) => (await curl(here(app, example?.text ?? ''))).json()),
      );
      expect(answers[0]).toMatchObject({ data: { actionPlan: { title: 'Plan of Testville' } } });
      expect(answers[1]).toEqual(answers[0]);
      const unknown = await curl(here(app, (again?.text ?? '').replace(/[0-9a-f]{64}/, 'f'.repeat(64))));
      expect(await unknown.json()).toMatchObject({ errors: [{ message: 'PersistedQueryNotFound' }] });
      const wrong = await curl(here(app, (whole?.text ?? '').replace(/[0-9a-f]{64}/, 'f'.repeat(64))));
      expect([wrong.status, await wrong.json()]).toMatchObject([
        400,
        { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
      ]);
    });

    it('is linked from the description of the API, reads from right to left in Arabic, and needs nothing from elsewhere', async () => {
      expect(await (await fetch(`${app.url}/api/docs`)).text()).toContain('href="/api/build"');
      const page = await (await fetch(`${app.url}/api/build`, { headers: { 'accept-language': 'ar' } })).text();
      expect(page).toContain('<html lang="ar" dir="rtl">');
      expect(page).not.toMatch(/<script|src="http|<link[^>]+href="http/);
    });
  });
});
