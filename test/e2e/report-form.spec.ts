import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { given } from '../support/given.js';
import { allRows, writtenIn } from '../support/all-rows.js';

const PLAN = 'testville-2024';
const OPEN = '2024-04-05T10:00+03:00';

describe('the form behind a reminder', () => {
  let app: TestApp;
  let link: string;
  let officer: Record<string, string>;

  beforeAll(async () => {
    app = await TestApp.start({ now: OPEN });
    await app.import(
      given.plan({
        institutions: [
          given.institution('works', {
            contacts: [{ role: 'FOCAL_POINT', name: 'منى', email: 'works@example.org', language: 'ar' }],
          }),
          given.institution('parks'),
        ],
      }),
    );
    officer = await app.as('MEL_OFFICER', PLAN);
    await app.beat();
    link = linkIn('works@example.org');
  });
  afterAll(() => app.close());
  beforeEach(() => app.clock.set(new Date(OPEN)));

  const linkIn = (address: string) => {
    const found = /http:\/\/mithaq\.example\.org(\/report\/[\w-]+)\?language=\w+/.exec(
      app.mailbox.to(address).at(-1)?.mail.text ?? '',
    );
    return found?.[1] ?? '';
  };
  const get = async (path: string, headers: Record<string, string> = { 'accept-language': 'en' }) => {
    const response = await fetch(app.url + path, { headers, redirect: 'manual' });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const post = async (
    path: string,
    form: Record<string, string>,
    headers: Record<string, string> = { 'accept-language': 'en' },
  ) => {
    const response = await fetch(app.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(form).toString(),
      redirect: 'manual',
    });
    return { status: response.status, location: response.headers.get('location'), text: await response.text() };
  };
  const stored = async (commitment: number, institution = 'works') =>
    (
      await app.gql<{
        checkIns: {
          nodes: Array<{
            id: string;
            status: string;
            version: number;
            progress: string | null;
            evidence: object[];
            milestoneUpdates: object[];
          }>;
        };
      }>(
        `{ checkIns(plan: "${PLAN}", filter: { institution: "${institution}", commitment: ${commitment} }) { nodes { id status version progress evidence { url title } milestoneUpdates { status percent } } } }`,
        {},
        officer,
      )
    ).data.checkIns.nodes[0]!;
  const milestoneOn = (page: string) => /name="milestone\.([0-9a-f-]{36})\.status"/.exec(page)?.[1] ?? '';

  it('is one click from the mail, in the language of the mail, and opening it changes nothing', async () => {
    const before = await allRows(app.db);
    for (let scanner = 0; scanner < 3; scanner += 1)
      for (const path of [`${link}?language=ar`, `${link}/1?language=ar`]) {
        const page = await get(path, {});
        expect(page.status).toBe(200);
        expect(page.text).toContain('<html lang="ar" dir="rtl">');
        expect(page.headers.get('cache-control')).toBe('no-store');
      }
    expect(writtenIn(before, await allRows(app.db))).toEqual({});
    expect((await get(link)).text).toMatch(/2 check-ins of 2 are missing/);
  });

  it('keeps what is written so far, with every word as it was typed', async () => {
    const milestone = milestoneOn((await get(`${link}/1`)).text);
    const sent = await post(`${link}/1`, {
      hand: 'save',
      version: '0',
      progress: '  السوق <script>alert(1)</script> "x" & \r\nsecond line ',
      movement: 'LITTLE',
      [`milestone.${milestone}.status`]: 'IN_PROGRESS',
      [`milestone.${milestone}.percent`]: '40',
      'evidence.3.url': 'https://example.org/?a=1&b=2',
      'evidence.3.title': 'Minutes',
    });
    expect(sent).toMatchObject({ status: 303, location: link });
    expect(await stored(1)).toMatchObject({
      status: 'DRAFT',
      version: 1,
      progress: 'السوق <script>alert(1)</script> "x" & \nsecond line',
      milestoneUpdates: [{ status: 'IN_PROGRESS', percent: 40 }],
      evidence: [{ url: 'https://example.org/?a=1&b=2', title: 'Minutes' }],
    });
    const page = (await get(`${link}/1`)).text;
    expect(page).not.toContain('<script');
    expect(page).toContain('السوق &#60;script&#62;');
    expect(page).toMatch(/value="LITTLE"\s+checked/);
    expect(page).toMatch(/name="version"\s+value="1"/);
  });

  it('hands in, says so, and is read-only from then on', async () => {
    const sent = await post(`${link}/1`, {
      hand: 'submit',
      version: '1',
      movement: 'CLEAR',
      progress: 'The market opened.',
    });
    expect(sent.status).toBe(303);
    expect(await stored(1)).toMatchObject({ status: 'SUBMITTED', progress: 'The market opened.' });
    expect((await get(link)).text).toMatch(/One check-in of 2 is missing/);
    const page = (await get(`${link}/1`)).text;
    expect(page).not.toContain('value="submit"');
    expect(page).toMatch(/<textarea[^>]*disabled/);
    const again = await post(`${link}/1`, { hand: 'submit', version: '2', movement: 'CLEAR', progress: 'Once more.' });
    expect(again).toMatchObject({ status: 409, text: expect.stringContaining('handed in already') });
    expect((await stored(1)).progress).toBe('The market opened.');
  });

  it('names what is missing beside its field, in the reader’s language, and loses nothing that was typed', async () => {
    const page = (await get(`${link}/2`)).text;
    const milestone = milestoneOn(page);
    const typed = {
      hand: 'submit',
      version: '0',
      movement: 'LITTLE',
      progress: 'A little.',
      [`milestone.${milestone}.status`]: 'IN_PROGRESS',
      [`milestone.${milestone}.percent`]: '140',
      [`milestone.${milestone}.forecastDate`]: '2024-02-30',
      'evidence.1.url': 'javascript:alert(1)',
    };
    const wrong = await post(`${link}/2`, typed);
    expect(wrong.status).toBe(400);
    for (const name of [`milestone.${milestone}.percent`, `milestone.${milestone}.forecastDate`, 'evidence.1.url'])
      expect(wrong.text).toContain(`id="${name}-trouble"`);
    expect(wrong.text).toContain('>\nA little.</textarea');
    expect(wrong.text).toContain('value="140"');
    expect(wrong.text).toContain('value="javascript:alert(1)"');

    const unsaid = await post(`${link}/2?language=fr`, { hand: 'submit', version: '0', movement: 'NOTHING' });
    expect(unsaid.text).toContain('id="obstacles-trouble"');
    expect(unsaid.text).toContain('id="progress-trouble"');
    expect(unsaid.text).toContain('<html lang="fr"');
    expect(await stored(2)).toMatchObject({ status: 'EXPECTED', version: 0 });
  });

  it('takes only what the form sends, and loses nothing that was typed when a text cannot be stored', async () => {
    const json = await fetch(`${app.url}${link}/2`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ version: 0, progress: { a: 1 } }),
    });
    expect(json.status).toBe(400);
    const nul = await post(`${link}/2`, { hand: 'save', version: '0', progress: 'before\0after', obstacles: 'Kept.' });
    expect(nul.status).toBe(400);
    expect(nul.text).toContain('id="progress-trouble"');
    expect(nul.text).toContain('Kept.');
    expect(await stored(2)).toMatchObject({ status: 'EXPECTED', version: 0 });
  });

  it('names the files that will be public with the check-in', async () => {
    const { id } = await stored(2);
    await app.db.query(
      `insert into evidence_file (check_in_id, plan_id, institution_id, name, media_type, size, sha256, storage_key, uploaded_at, uploaded_by)
       select id, plan_id, institution_id, 'محضر <1>.pdf', 'application/pdf', 1, repeat('0', 64), gen_random_uuid(), now(), 'x' from check_in where id = $1`,
      [id],
    );
    expect((await get(`${link}/2`)).text).toContain('<bdi>محضر &#60;1&#62;.pdf</bdi>');
    await app.db.query('delete from evidence_file');
  });

  it('tells who saves over somebody else’s text, and keeps both', async () => {
    await post(`${link}/2`, { hand: 'save', version: '0', progress: 'Mine.' });
    const late = await post(`${link}/2`, { hand: 'save', version: '0', progress: 'Theirs.' });
    expect(late.status).toBe(409);
    expect(late.text).toContain('Theirs.');
    expect(late.text).toContain('<blockquote dir="auto">Mine.</blockquote>');
    expect(late.text).toMatch(/name="version"\s+value="1"/);
    expect((await stored(2)).progress).toBe('Mine.');
    expect((await post(`${link}/2`, { hand: 'save', version: '1', progress: 'Theirs.' })).status).toBe(303);
    expect((await stored(2)).progress).toBe('Theirs.');
  });

  it('loses nothing of what a program wrote that the form does not show', async () => {
    const { id, version } = await stored(2);
    const milestone = milestoneOn((await get(`${link}/2`)).text);
    const evidence = Array.from({ length: 9 }, (_, at) => ({
      url: `https://example.org/${at}`,
      title: `${at}`,
      milestone,
    }));
    await app.gql(
      'mutation ($input: CheckInSaveDraftInput!) { checkInSaveDraft(input: $input) { checkIn { id } } }',
      { input: { checkIn: id, version, report: { evidence } } },
      await app.as('FOCAL_POINT', PLAN, 'works'),
    );
    const page = (await get(`${link}/2`)).text;
    const fields = [...page.matchAll(/name="(evidence\.[^"]+)"(?:\s+type="[^"]+")?\s+value="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, value],
    );
    await post(`${link}/2`, {
      hand: 'save',
      version: String(version + 1),
      ...(Object.fromEntries(fields) as Record<string, string>),
    });
    const [draft] = await app.db.query<[{ report: { evidence: object[] } }]>(
      'select report from check_in_draft where check_in_id = $1',
      [id],
    );
    expect(draft.report.evidence).toMatchObject(evidence);
  });

  it('is good for one institution and one period, and cannot be guessed, cut or forged', async () => {
    const parks = linkIn('parks@example.org');
    expect(parks).not.toBe(link);
    expect((await get(`${parks}/1`)).status).toBe(404);
    const secret = link.split('/')[2]!;
    for (const path of [
      `/report/${secret.slice(0, -1)}`,
      `/report/${secret}x`,
      `/report/${secret.toUpperCase()}`,
      '/report/%00',
      `/report/${'x'.repeat(5000)}`,
    ]) {
      const page = await get(path);
      expect([400, 404, 414]).toContain(page.status);
      expect(page.text).not.toContain('Institution works');
    }
    for (const number of ['0', '-1', '3', '1e9', 'x'])
      expect([400, 404]).toContain((await get(`${link}/${number}`)).status);
    expect((await app.gql('{ viewer { name } }', {}, { authorization: `Bearer ${secret}` })).status).toBe(401);
    const hashes = await app.db.query<Array<{ row: string }>>('select l::text as row from report_link l');
    expect(hashes.some(({ row }) => row.includes(secret))).toBe(false);
  });

  it('is over with the close, and comes back for what was sent back', async () => {
    const checkIn = await stored(1);
    app.clock.set(new Date('2024-05-15T23:59+03:00'));
    expect((await get(link)).status).toBe(200);
    app.clock.set(new Date('2024-05-16T00:00+03:00'));
    expect(await get(link)).toMatchObject({
      status: 404,
      text: expect.stringContaining('This link is not good any more'),
    });
    expect(
      (await post(`${link}/2`, { hand: 'submit', version: '2', movement: 'CLEAR', progress: 'Too late.' })).status,
    ).toBe(404);

    const returned = await app.gql(
      'mutation ($input: CheckInReturnInput!) { checkInReturn(input: $input) { checkIn { version } } }',
      { input: { checkIn: checkIn.id, version: checkIn.version, comment: 'Which market?' } },
      officer,
    );
    expect(returned.errors).toBeUndefined();
    expect((await get(`${link}/1`)).text).toContain('<blockquote dir="auto">Which market?</blockquote>');
    const version = String(checkIn.version + 1);
    expect(
      (await post(`${link}/1`, { hand: 'submit', version, movement: 'CLEAR', progress: 'The eastern one.' })).status,
    ).toBe(303);
    expect(await stored(1)).toMatchObject({ status: 'SUBMITTED', progress: 'The eastern one.' });
    expect((await get(link)).status).toBe(404);
  });

  it('goes when the MEL officer revokes it, for one institution and period, and comes anew with the next reminder', async () => {
    const parks = linkIn('parks@example.org');
    const revoke = async (more: object, headers = officer) => {
      const { data, errors } = await app.gql<{ reportLinkRevoke: { revoked: number } | null }>(
        'mutation ($input: ReportLinkRevokeInput!) { reportLinkRevoke(input: $input) { revoked } }',
        { input: { plan: PLAN, institution: 'works', reason: 'The mail went astray.', ...more } },
        headers,
      );
      return errors?.[0]?.extensions.code ?? data.reportLinkRevoke?.revoked;
    };
    expect(await revoke({}, await app.as('FOCAL_POINT', PLAN, 'works'))).toBe('FORBIDDEN');
    expect(await revoke({ institution: 'nobody' })).toBe('NOT_FOUND');
    expect(await revoke({ period: '2024-Q2' })).toBe(0);
    expect((await get(link)).status).toBe(200);

    expect(await revoke({ period: '2024-Q1' })).toBe(1);
    const over = await get(`/report/${'x'.repeat(32)}`);
    for (const path of [link, `${link}/2`])
      expect(await get(path)).toMatchObject({
        status: over.status,
        text: expect.stringContaining('is not good any more'),
      });
    const sent = await post(`${link}/2`, { hand: 'submit', version: '2', movement: 'CLEAR', progress: 'Too late.' });
    expect(sent.status).toBe(over.status);
    expect((await get(parks)).status).toBe(200);
    expect(await revoke({})).toBe(0);
    const entries = await app.db.query<object[]>(
      `select acting_as, difference from audit_entry where action = 'reportLink.revoked'`,
    );
    expect(entries).toEqual([
      {
        acting_as: 'MEL_OFFICER',
        difference: { after: { period: '2024-Q1', links: 1 }, reason: 'The mail went astray.' },
      },
    ]);

    app.clock.set(new Date('2024-04-14T10:00+03:00'));
    await app.beat();
    const anew = linkIn('works@example.org');
    expect(anew).not.toBe(link);
    expect((await get(anew)).status).toBe(200);
    expect(await revoke({})).toBe(1);
    expect((await get(anew)).status).toBe(404);
  });

  it('leaves in the audit that it was done by a link, as a focal point', async () => {
    const entries = await app.db.query<Array<{ action: string; acting_as: string }>>(
      `select distinct action, acting_as from audit_entry where actor ~ '^link:[0-9a-f-]{36}$' order by 1`,
    );
    expect(entries).toEqual([
      { action: 'checkIn.draftSaved', acting_as: 'FOCAL_POINT' },
      { action: 'checkIn.submitted', acting_as: 'FOCAL_POINT' },
    ]);
  });
});
