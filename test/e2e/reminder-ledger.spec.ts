import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ErasureService } from '../../src/accounts/erasure.service.js';
import { Viewer } from '../../src/platform/access/viewer.js';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { RemindersService } from '../../src/reminders/reminders.service.js';
import { TestApp } from '../support/app.js';
import { emptyDatabase } from '../support/empty-database.js';
import { handIn } from '../support/filing.js';
import { given } from '../support/given.js';
import { invite, Visitor } from '../support/visitor.js';

const PLAN = 'testville-2024';
const OPENED = '2024-07-01T09:00+03:00';

let app: TestApp;
let officer: Record<string, string>;
beforeAll(async () => {
  app = await TestApp.start({ now: OPENED });
});
afterAll(() => app.close());
beforeEach(async () => {
  await emptyDatabase(app.db);
  app.mailbox.clear();
  at(OPENED);
  await app.import(given.plan());
  officer = await app.as('MEL_OFFICER', PLAN);
});

const at = (instant: string): void => app.clock.set(new Date(instant));
const written = (): string[] => app.mailbox.received.map(({ to }) => to.join(' ')).sort();

interface Scheduled {
  readonly rule: string;
  readonly plannedAt: string;
  readonly status: string;
  readonly reason: string | null;
  readonly address: string | null;
  readonly explanation: string;
  readonly institution: { readonly key: string } | null;
}

async function scheduleOf(args: string, headers = officer): Promise<Scheduled[]> {
  const { data, errors } = await app.gql<{ reminderSchedule: { reminders: Scheduled[] } }>(
    `{ reminderSchedule(plan: "${PLAN}", from: "2024-06-01T00:00:00Z", until: "2024-09-01T00:00:00Z", ${args}) {
         totalCount reminders { rule plannedAt status reason address explanation institution { key } } } }`,
    {},
    headers,
  );
  expect(errors).toBeUndefined();
  return data.reminderSchedule.reminders;
}

const mutate = (name: string, input: object, fields: string, headers = officer) =>
  app.gql<Record<string, Record<string, unknown>>>(
    `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${fields} } }`,
    { input },
    headers,
  );

describe('the schedule of reminders', () => {
  it('says in one query what is planned, what was sent, and why something was or will not be', async () => {
    await app.beat();
    at('2024-07-10T12:00+03:00');
    await app.beat();
    await handIn(app, 'works');
    const all = await scheduleOf('institution: "works", period: "2024-Q2"');
    const found = all.filter(({ rule }) => rule !== 'review-waiting');
    expect(found.map(({ rule, status, reason }) => [rule, status, reason])).toEqual([
      ['opened', 'SENT', null],
      ['due-in-14', 'SUPPRESSED', 'SAID_BY_ANOTHER'],
      ['due-in-3', 'SENT', null],
      ['due-today', 'PLANNED', 'NOTHING_MISSING'],
      ['overdue-3', 'PLANNED', 'NOTHING_MISSING'],
      ['overdue-10', 'PLANNED', 'NOTHING_MISSING'],
      ['escalate-head', 'PLANNED', 'NOTHING_MISSING'],
      ['escalate-officer', 'PLANNED', 'NOTHING_MISSING'],
      ['escalate-steering', 'PLANNED', 'NOTHING_MISSING'],
    ]);
    expect(found[2]?.explanation).toMatch(/^Sent to works@example\.org at 2024-07-10 12:00 \(Asia\/Amman\)/);
    expect(found[3]?.explanation).toBe(
      'Planned for 2024-07-14 09:00 (Asia/Amman), by the rule due-today; as things stand it would not be sent: There is nothing left to remind of.',
    );
    expect(found[3]?.plannedAt).toBe('2024-07-14T06:00:00.000Z');
  });

  it('explains itself in the language of whoever asks', async () => {
    for (const [language, words] of [
      ['fr', 'Personne à qui s’adresse la règle escalate-head'],
      ['ar', 'ليس لأحد ممن تذكّرهم القاعدة escalate-head'],
    ] as const) {
      const found = await scheduleOf('institution: "works", period: "2024-Q2"', {
        ...officer,
        'accept-language': language,
      });
      expect(found.find(({ rule }) => rule === 'escalate-head')?.explanation).toContain(words);
    }
  });

  it('is for those who run the plan, of a bounded time, and names what it does not know', async () => {
    const ask = (more: string, headers: Record<string, string>) =>
      app.gql(`{ reminderSchedule(plan: "${PLAN}", ${more}) { totalCount } }`, {}, headers);
    const year = 'from: "2024-01-01T00:00:00Z", until: "2024-12-31T00:00:00Z"';
    const codes = async (more: string, headers: Record<string, string>) =>
      (await ask(more, headers)).errors?.[0]?.extensions.code;
    expect(await codes(year, {})).toBe('UNAUTHENTICATED');
    expect(await codes(year, await app.as('FOCAL_POINT', PLAN, 'works'))).toBe('FORBIDDEN');
    expect(await codes(year, officer)).toBeUndefined();
    expect(await codes('from: "2024-01-01T00:00:00Z", until: "2026-12-31T00:00:00Z"', officer)).toBe('BAD_USER_INPUT');
    expect(await codes(`${year}, institution: "nobody"`, officer)).toBe('NOT_FOUND');
  });
});

describe('the ledger', () => {
  it('lists what was sent and what was not, by what became of it', async () => {
    await handIn(app, 'parks');
    app.mailbox.behaviours.set('works@example.org', { code: 451, at: 'RCPT' });
    await app.beat();
    const statuses = async (filter = ''): Promise<string[]> => {
      const { data } = await app.gql<{
        reminders: { nodes: Array<{ rule: string; address: string; status: string }> };
      }>(
        `{ reminders(plan: "${PLAN}", filter: { period: "2024-Q2" ${filter} }) { nodes { rule address status reason } } }`,
        {},
        officer,
      );
      return data.reminders.nodes.map(({ rule, address, status }) => `${rule} ${address} ${status}`).sort();
    };
    expect(await statuses()).toEqual([
      'due-in-14 parks@example.org SUPPRESSED',
      'due-in-14 works@example.org SUPPRESSED',
      'opened parks@example.org SUPPRESSED',
      'opened works@example.org TEMPORARY_FAILURE',
      'preflight null SUPPRESSED',
    ]);
    expect(await statuses(', statuses: [TEMPORARY_FAILURE]')).toEqual(['opened works@example.org TEMPORARY_FAILURE']);
    app.mailbox.behaviours.set('works@example.org', { code: 550, at: 'RCPT' });
    at('2024-07-01T10:00+03:00');
    await app.app.get(MailRelay).deliver();
    expect(await statuses(', address: "WORKS@example.org", rule: "opened"')).toEqual([
      'opened works@example.org PERMANENT_FAILURE',
    ]);
  });
});

describe('rules of a plan', () => {
  const usual = {
    plan: PLAN,
    key: 'due-in-3',
    stage: 'DUE_SOON',
    template: 'REPORT',
    audience: 'FOCAL_POINT',
    anchor: 'DUE',
    unit: 'DAYS',
    localTime: '08:30',
    latenessHours: 24,
    offsetDays: -2,
  };

  it('are public, and changed by the MEL officer; what was sent under a rule is not sent again', async () => {
    at('2024-07-09T09:00+03:00');
    await app.beat();
    expect(written()).toEqual(['parks@example.org', 'works@example.org']);
    const { errors, data } = await mutate('reminderRuleSave', usual, 'rule { key offsetDays isUsual }');
    expect(errors).toBeUndefined();
    expect(data['reminderRuleSave']).toEqual({ rule: { key: 'due-in-3', offsetDays: -2, isUsual: false } });
    at('2024-07-12T08:30+03:00');
    await app.beat();
    expect(app.mailbox.received).toHaveLength(2);

    await mutate('reminderRuleSave', { ...usual, key: 'last-call', offsetDays: -1 }, 'rule { key }');
    at('2024-07-13T08:30+03:00');
    await app.beat();
    expect(app.mailbox.received).toHaveLength(4);
    const { data: seen } = await app.gql<{ actionPlan: { reminderRules: Array<{ key: string }> } }>(
      `{ actionPlan(key: "${PLAN}") { reminderRules { key isUsual } } }`,
    );
    expect(seen.actionPlan.reminderRules).toContainEqual({ key: 'last-call', isUsual: false });
    expect(seen.actionPlan.reminderRules).toContainEqual({ key: 'opened', isUsual: true });
    await mutate('reminderRuleReset', { plan: PLAN, key: 'last-call' }, 'rules { key }');
    const audit = await app.db.query<Array<{ action: string }>>(
      `select action from audit_entry where action like 'reminderRule.%' order by number`,
    );
    expect(audit.map(({ action }) => action)).toEqual([
      'reminderRule.saved',
      'reminderRule.saved',
      'reminderRule.reset',
    ]);
  });

  it('can be switched off, also for mails that are queued', async () => {
    await app.app.get(RemindersService).run();
    for (const [key, stage, anchor, offsetDays] of [
      ['opened', 'OPENED', 'OPENS', 0],
      ['due-in-14', 'DUE_SOON', 'DUE', -14],
    ] as const)
      await mutate('reminderRuleSave', { ...usual, key, stage, anchor, offsetDays, isOn: false }, 'rule { isOn }');
    await app.beat();
    expect(written()).toEqual([]);
    const found = await scheduleOf('institution: "works", period: "2024-Q2"');
    expect(found.find(({ rule }) => rule === 'opened')).toMatchObject({ status: 'SUPPRESSED', reason: 'RULE_OFF' });
  });

  it.each([
    [{ offsetDays: 400 }, ['input.offsetDays']],
    [{ offsetDays: 3 }, ['input.offsetDays']],
    [{ offsetDays: -1, localTime: '9:00' }, ['input.localTime']],
    [{ offsetDays: -1, latenessHours: 0 }, ['input.latenessHours']],
    [{ offsetDays: -1, audience: 'STEERING' }, ['input.audience']],
    [{ offsetDays: -1, template: 'MEETING' }, ['input.stage', 'input.anchor', 'input.audience']],
    [{ offsetDays: 0, stage: 'DUE_TODAY', anchor: 'CLOSES' }, ['input.offsetDays']],
  ])('%j is refused, with its field', async (wrong, fields) => {
    const { errors } = await mutate('reminderRuleSave', { ...usual, ...wrong }, 'rule { key }');
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(errors?.[0]?.extensions.violations?.map(({ field }) => field)).toEqual(expect.arrayContaining(fields));
  });
});

describe('holding and muting', () => {
  it('held reminders wait, also those whose mail is queued, and go out when released in time', async () => {
    await app.app.get(RemindersService).run();
    const { data } = await mutate(
      'reminderHold',
      { plan: PLAN, institution: 'works', reason: 'The mayor is calling them.' },
      'pause { id kind reason institution { key } }',
    );
    await app.beat();
    expect(written()).toEqual(['parks@example.org']);
    const [held] = await scheduleOf('institution: "works", period: "2024-Q2"');
    expect(held).toMatchObject({ rule: 'opened', status: 'SUPPRESSED', reason: 'HELD' });

    at('2024-07-03T09:00+03:00');
    await app.beat();
    expect(written()).toEqual(['parks@example.org']);
    const { id } = (data['reminderHold'] as { pause: { id: string } }).pause;
    await mutate('reminderResume', { pause: id }, 'pause { liftedAt }');
    await app.beat();
    expect(written()).toEqual(['parks@example.org', 'works@example.org']);
    const again = await mutate('reminderResume', { pause: id }, 'pause { id }');
    expect(again.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });

  it('muted reminders are gone, until a day, for one address, with the reason on record', async () => {
    await mutate(
      'reminderMute',
      { plan: PLAN, address: 'Works@Example.org', until: '2024-07-10T00:00:00+03:00', reason: 'On leave.' },
      'pause { id }',
    );
    await app.beat();
    at('2024-07-09T09:00+03:00');
    await app.beat();
    expect(written()).toEqual(['parks@example.org', 'parks@example.org']);
    at('2024-07-14T09:00+03:00');
    await app.beat();
    expect(written().filter((address) => address === 'works@example.org')).toHaveLength(1);
    const { data } = await app.gql<{ actionPlan: { reminderPauses: { nodes: object[] } | null } }>(
      `{ actionPlan(key: "${PLAN}") { reminderPauses { nodes { kind address reason } } } }`,
      {},
      officer,
    );
    expect(data.actionPlan.reminderPauses?.nodes).toEqual([
      { kind: 'MUTE', address: 'works@example.org', reason: 'On leave.' },
    ]);
    const audit = await app.db.query<Array<{ difference: object }>>(
      `select difference from audit_entry where action = 'reminderPause.set'`,
    );
    expect(JSON.stringify(audit)).not.toContain('example.org');
  });

  it('what stops reminders is shown to nobody else', async () => {
    const { data } = await app.gql<{ actionPlan: { reminderPauses: object | null } }>(
      `{ actionPlan(key: "${PLAN}") { reminderPauses { nodes { id } } } }`,
    );
    expect(data.actionPlan.reminderPauses).toBeNull();
  });

  it('refuses an end that has passed', async () => {
    const { errors } = await mutate(
      'reminderHold',
      { plan: PLAN, until: '2024-06-01T00:00:00Z', reason: 'x' },
      'pause { id }',
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', violations: [{ field: 'input.until' }] });
  });
});

describe('sending now', () => {
  const input = { plan: PLAN, institution: 'works', reason: 'They asked for the link.' };

  it('reminds of what is missing beside the rules, once a day, and is audited', async () => {
    at('2024-07-04T11:00+03:00');
    await app.beat();
    app.mailbox.clear();
    await handIn(app, 'works', [1]);
    const { data, errors } = await mutate('reminderSendNow', input, 'reminders { rule status address }');
    expect(errors).toBeUndefined();
    expect(data['reminderSendNow']).toEqual({
      reminders: [{ rule: 'by-hand', status: 'QUEUED', address: 'works@example.org' }],
    });
    await app.app.get(MailRelay).deliver();
    const [received] = app.mailbox.to('works@example.org');
    expect(received?.mail.text).toContain('One check-in of 2 is missing');
    const again = await mutate('reminderSendNow', input, 'reminders { id }');
    expect(again.errors?.[0]).toMatchObject({
      message: '“works” was reminded by hand today already.',
      extensions: { code: 'CONFLICT' },
    });
    const [entry] = await app.db.query<Array<{ actor: string; reason: string }>>(
      `select actor, difference->>'reason' as reason from audit_entry where action = 'reminder.queued' order by number desc limit 1`,
    );
    expect(entry).toEqual({ actor: expect.stringContaining('MEL_OFFICER'), reason: 'They asked for the link.' });
    at('2024-07-05T11:00+03:00');
    expect((await mutate('reminderSendNow', input, 'reminders { id }')).errors).toBeUndefined();
  });

  it('is not sent after all when everything is filed before it leaves', async () => {
    await mutate('reminderSendNow', input, 'reminders { id }');
    await handIn(app, 'works');
    await app.app.get(MailRelay).deliver();
    expect(written()).toEqual([]);
  });

  it('says when there is nothing to send, nobody to send it to, or somebody stopped it', async () => {
    const message = async () => (await mutate('reminderSendNow', input, 'reminders { id }')).errors?.[0]?.message;
    await mutate('reminderHold', { plan: PLAN, institution: 'works', reason: 'x' }, 'pause { id }');
    expect(await message()).toBe('Reminders of “works” are held or muted. End that first.');
    await app.db.query(
      `insert into undeliverable_address (address, since, kind, reason) values ('works@example.org', now(), 'BOUNCED', '550')`,
    );
    expect(await message()).toBe('No focal point of “works” has an address that takes mail.');
    await handIn(app, 'works');
    expect(await message()).toBe('“works” owes nothing that could be handed in now.');
  });
});

describe('the link out of a digest', () => {
  it('changes nothing when opened, stops digests with one request and no cookie, and leaves everything else', async () => {
    await invite(app, 'steering@example.org', { role: 'STEERING', plan: PLAN });
    at('2024-08-11T09:00+03:00');
    await app.beat();
    const received = app.mailbox.to('steering@example.org').at(-1);
    const headers = received?.raw.replace(/\r\n[ \t]+/g, ' ').split('\r\n\r\n')[0] ?? '';
    expect(headers).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    const path = /List-Unsubscribe: <http:\/\/mithaq\.example\.org(\/unsubscribe\/[\w-]+)>/.exec(headers)?.[1] ?? '';
    const pauses = () => app.db.query<object[]>('select from reminder_pause');

    const visitor = new Visitor(app);
    const page = await visitor.get(path);
    expect(page.status).toBe(200);
    expect(page.body).toContain('steering@example.org');
    expect(await pauses()).toHaveLength(0);

    const oneClick = {
      method: 'POST',
      body: 'List-Unsubscribe=One-Click',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    };
    const answers = await Promise.all([1, 2, 3].map(() => fetch(app.url + path, oneClick)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await pauses()).toHaveLength(1);
    expect((await fetch(`${app.url}/unsubscribe/${'x'.repeat(32)}`, oneClick)).status).toBe(404);

    app.mailbox.clear();
    at('2024-10-17T09:00+03:00');
    await app.beat();
    at('2024-11-11T09:00+03:00');
    await app.beat();
    expect(written()).toEqual(['parks@example.org', 'works@example.org']);
  });
});

describe('whoever is erased', () => {
  it('is in the ledger no longer by address, and what was sent to them is', async () => {
    const person = await invite(app, 'steering@example.org', { role: 'STEERING', plan: PLAN });
    at('2024-08-11T09:00+03:00');
    await app.beat();
    await mutate('reminderMute', { plan: PLAN, address: 'steering@example.org', reason: 'x' }, 'pause { id }');
    await app.app.get(ErasureService).erase(Viewer.system('test'), person);
    const addresses = await app.db.query<Array<{ address: string }>>(
      `select address from reminder where audience = 'STEERING' and mail_id is not null union all select address from reminder_pause`,
    );
    expect(addresses.length).toBeGreaterThan(1);
    expect(new Set(addresses.map(({ address }) => address))).toEqual(new Set([`${person}@erased.invalid`]));
    expect(await app.db.query('select from unsubscribe_link')).toEqual([]);
    const { data, errors } = await app.gql<{ reminders: { totalCount: number } }>(
      `{ reminders(plan: "${PLAN}") { totalCount nodes { address } } }`,
      {},
      officer,
    );
    expect(errors).toBeUndefined();
    expect(data.reminders.totalCount).toBeGreaterThan(1);
  });
});
