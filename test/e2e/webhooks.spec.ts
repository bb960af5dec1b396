import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { Viewer } from '../../src/platform/access/viewer.js';
import { Changes } from '../../src/platform/audit/changes.js';
import { WebhookDeliveries, type ClaimedDelivery } from '../../src/pushes/webhook-deliveries.js';
import { WebhookRelay } from '../../src/pushes/webhook-relay.js';
import { WebhooksService } from '../../src/pushes/webhooks.service.js';
import { TestApp, type Answer } from '../support/app.js';
import { begin, handIn } from '../support/filing.js';
import { given } from '../support/given.js';
import { Receiver, status } from '../support/receiver.js';
import { until } from '../support/until.js';
import { isSignedWith, relayWith, webhooksShown, type WebhookShown } from '../support/webhooks.js';

const PLAN = 'testville-2024';
const OTHER_PLAN = 'elsewhere-2024';
const NOW = '2024-04-05T08:00+03:00';
const HOUR = 3_600_000;
const KEY = 'a-key-of-this-test-with-enough-characters';
const ALL = [
  'PUBLICATION_PUBLISHED',
  'CHECK_IN_SUBMITTED',
  'CHECK_IN_VERIFIED',
  'CHECK_IN_PUBLISHED',
  'CHECK_IN_REOPENED',
  'MILESTONE_RESCHEDULED',
  'ASSESSMENT_FILED',
];

type Headers = Record<string, string>;
interface Made {
  readonly id: string;
  readonly secret: string;
  readonly path: string;
}
describe('webhooks', () => {
  let app: TestApp;
  let receiver: Receiver;
  let partner: Headers;
  let officer: Headers;
  let paths = 0;
  let commitments = 0;

  beforeAll(async () => {
    receiver = await Receiver.start();
    app = await TestApp.start({ now: NOW, settings: { WEBHOOK_TARGETS: 'any', SECRETS_KEY: KEY } });
    const commitmentsOf = Array.from({ length: 40 }, (_, at) =>
      given.commitment(at + 1, {
        title: { en: `Commitment ${at + 1}`, ar: `التعهد ${at + 1}` },
        institutions: [{ institution: 'works', role: 'LEAD' }],
      }),
    );
    await app.import(given.plan({ commitments: commitmentsOf }));
    const member = { key: 'elsewhere', name: { en: 'Elsewhere' }, kind: 'LOCAL', country: 'JO' } as const;
    await app.import(given.plan({ member, plan: { key: OTHER_PLAN } }));
    partner = await app.as('PARTNER');
    officer = await app.as('MEL_OFFICER', PLAN);
  });
  afterAll(async () => {
    await app.close();
    await receiver.close();
  });
  beforeEach(async () => {
    app.clock.set(new Date(NOW));
    // Each test looks at its own webhooks alone.
    await app.db.query(`delete from webhook`);
  });

  const relay = () => app.app.get(WebhookRelay);
  const later = (milliseconds: number) => app.clock.set(new Date(app.clock.now().getTime() + milliseconds));

  const mutate = (name: string, input: object, headers: Headers, fields = '__typename') =>
    app.gql<Record<string, Record<string, unknown>>>(
      `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${fields} } }`,
      { input },
      headers,
    );
  const codeOf = ({ errors }: Answer<unknown>) => errors?.[0]?.extensions.code ?? 'OK';

  async function make(events: readonly string[] = ALL, more: object = {}, headers = partner): Promise<Made> {
    const path = `/hook-${(paths += 1)}`;
    const input = { plan: PLAN, url: receiver.url + path, events, ...more };
    const { data, errors } = await mutate('webhookCreate', input, headers, 'secret webhook { id }');
    expect(errors).toBeUndefined();
    const { secret, webhook } = data['webhookCreate'] as { secret: string; webhook: { id: string } };
    return { id: webhook.id, secret, path };
  }

  const shown = async (id: string): Promise<WebhookShown> =>
    (await webhooksShown(app, PLAN, partner)).find((one) => one.id === id)!;
  const deliveriesOf = async (id: string) => (await shown(id)).deliveries.nodes;

  /** An agency hands in what it owes on a commitment that nobody has reported on yet. Answers its check-in. */
  async function submitOne(): Promise<{ id: string; version: number; number: number }> {
    const number = (commitments += 1);
    await handIn(app, 'works', [number], PLAN);
    const [found] = await app.db.query<[{ id: string; version: number }]>(
      `select k.id, k.version from check_in k join commitment c on c.id = k.commitment_id join action_plan p on p.id = k.plan_id
        where p.key = $1 and c.number = $2 and k.status = 'SUBMITTED'`,
      [PLAN, number],
    );
    return { ...found, number };
  }

  describe('tell', () => {
    it('of everything that becomes public, in public facts alone, signed as the standard’s own library signs', async () => {
      const { secret, path } = await make();
      const arabic = await make(['CHECK_IN_SUBMITTED'], { language: 'ar' });
      await begin(app, 'works', [39]);
      const { id, version, number } = await submitOne();
      for (const [name, more] of [
        ['checkInVerify', { version, finding: 'Seen on the spot.' }],
        ['checkInPublish', { version: version + 1 }],
        ['checkInReopen', { version: version + 2, reason: 'A wrong figure.' }],
      ] as const)
        expect(codeOf(await mutate(name, { checkIn: id, ...more }, officer))).toBe('OK');
      const [milestone] = await app.db.query<[{ id: string }]>(
        `select m.id from milestone m join commitment c on c.id = m.commitment_id join action_plan p on p.id = c.plan_id where p.key = $1 and c.number = $2`,
        [PLAN, number],
      );
      const moved = { milestone: milestone.id, dueDate: '2024-09-30', reason: 'Elections took the summer.' };
      expect(codeOf(await mutate('milestoneReschedule', moved, officer))).toBe('OK');
      const body = await app.as('MONITORING_BODY', PLAN);
      expect(codeOf(await mutate('assessmentFile', { plan: PLAN, kind: 'INCEPTION', summary: 'Clear.' }, body))).toBe(
        'OK',
      );
      expect(codeOf(await mutate('periodPublish', { plan: PLAN, period: '2024-Q1' }, officer))).toBe('OK');

      await relay().deliver();

      const told = receiver.at(path);
      const content = told.map(
        (letter) => JSON.parse(letter.body) as { type: string; timestamp: string; data: object },
      );
      const of = (type: string) => content.find((one) => one.type === type)?.data;
      const base = `http://mithaq.example.org/api/v1/plans/${PLAN}`;
      const title = { title: `Commitment ${number}`, titleLanguage: 'en' };
      const checkIn = {
        ...{ plan: PLAN, checkIn: id, commitment: number, institution: 'works', period: '2024-Q1', ...title },
        url: `${base}/commitments/${number}/check-ins/2024-Q1?institution=works`,
      };
      expect(content.map(({ type }) => type).sort()).toEqual([
        'assessment.filed',
        'check-in.published',
        'check-in.reopened',
        'check-in.submitted',
        'check-in.verified',
        'milestone.rescheduled',
        'publication.published',
      ]);
      expect(of('check-in.submitted')).toEqual({ ...checkIn, status: 'SUBMITTED', version });
      expect(of('check-in.verified')).toEqual({ ...checkIn, status: 'VERIFIED', version: version + 1 });
      expect(of('check-in.published')).toEqual({ ...checkIn, status: 'PUBLISHED', version: version + 2 });
      expect(of('check-in.reopened')).toMatchObject({ checkIn: id, version: version + 3 });
      expect(of('milestone.rescheduled')).toEqual({
        ...{ plan: PLAN, milestone: milestone.id, commitment: number, number: 1, url: `${base}/commitments/${number}` },
        ...{ dueDate: '2024-09-30', previousDueDate: '2024-06-30', originalDueDate: '2024-06-30' },
        ...{ title: `Milestone ${number}.1`, titleLanguage: 'en' },
      });
      expect(of('assessment.filed')).toEqual({
        ...{ plan: PLAN, assessment: expect.any(String), kind: 'INCEPTION', commitment: null, filedDate: '2024-04-05' },
        ...{ url: base, title: 'Plan of Testville', titleLanguage: 'en' },
      });
      expect(of('publication.published')).toEqual({
        ...{ plan: PLAN, publication: expect.any(String), period: '2024-Q1', version: 1, sha256: expect.any(String) },
        ...{ url: `${base}/publications/2024-Q1/v/1`, title: 'Plan of Testville', titleLanguage: 'en' },
      });
      // Neither an address nor a word of a report, a finding, a reason or a draft.
      expect(told.map((letter) => letter.body).join()).not.toMatch(
        /@|council met|on the spot|wrong figure|Elections|Clear\./,
      );
      expect(told.filter((letter) => !isSignedWith(secret, letter))).toEqual([]);
      expect(new Set(told.map((letter) => letter.id)).size).toBe(7);
      for (const { headers } of told) expect(headers['content-type']).toBe('application/json');
      // The other webhook is told of what it asked for, in its language.
      expect(receiver.at(arabic.path).map((letter) => JSON.parse(letter.body) as object)).toMatchObject([
        { type: 'check-in.submitted', data: { title: `التعهد ${number}`, titleLanguage: 'ar' } },
      ]);
      // What answers to the address that is told is what was told of.
      const { url } = of('check-in.submitted') as { url: string };
      const read = await fetch(url.replace('http://mithaq.example.org', app.url));
      expect(await read.json()).toMatchObject({ id });
    });

    it('in the transaction of the change: of what is rolled back nothing is told', async () => {
      const { id } = await make();
      await submitOne();
      const apart = await app.db.query<object[]>(
        `select e.number from public_event e left join audit_entry a on a.number = e.number and a.xmin = e.xmin where a.id is null
         union all select e.number from webhook_delivery d join public_event e on e.id = d.event_id where d.xmin <> e.xmin`,
      );
      expect(apart).toEqual([]);
      expect(await deliveriesOf(id)).toMatchObject([{ event: 'check-in.submitted', status: 'WAITING', attempts: [] }]);
      const [checkIn] = await app.db.query<[{ id: string; planId: string }]>(
        `select id, plan_id as "planId" from check_in where status = 'SUBMITTED' limit 1`,
      );
      const failing = app.app.get(Changes).by(Viewer.system('test'), 'checkInPublish', async (change) => {
        change.record('checkIn.published', { type: 'CheckIn', ...checkIn });
        // Fails at the very end, when the constraint is looked at.
        await change.tx.query('set constraints all deferred');
        await change.tx.query(
          'create temporary table late (n int unique deferrable initially deferred) on commit drop',
        );
        await change.tx.query('insert into late values (1), (1)');
      });
      await expect(failing).rejects.toThrow('late');
      expect(await deliveriesOf(id)).toHaveLength(1);
    });

    it('nobody waits for a webhook that is being removed', async () => {
      const { id } = await make();
      const runner = app.db.createQueryRunner();
      try {
        await runner.startTransaction();
        await runner.query('delete from webhook where id = $1', [id]);
        await submitOne();
      } finally {
        await runner.rollbackTransaction();
        await runner.release();
      }
    });

    it('only the plan and the events that they were made for', async () => {
      const publications = await make(['PUBLICATION_PUBLISHED']);
      const elsewhere = await make(ALL, { plan: OTHER_PLAN });
      await submitOne();
      await relay().deliver();
      expect([...receiver.at(publications.path), ...receiver.at(elsewhere.path)]).toEqual([]);
    });
  });

  describe('keep their secret', () => {
    it('out of the database and of every answer but the first; after a rotation two sign for a day', async () => {
      const { id, secret, path } = await make();
      const { data } = await mutate('webhookRotateSecret', { webhook: id }, partner, 'secret previousSecretUntil');
      const { secret: second } = data['webhookRotateSecret'] as { secret: string };
      expect(second).not.toBe(secret);
      const [stored] = await app.db.query<object[]>(
        `select (select jsonb_agg(w)::text from webhook w) || (select jsonb_agg(a)::text from audit_entry a) as text`,
      );
      for (const one of [secret, second])
        expect(JSON.stringify(stored)).not.toContain(one.replace('whsec_', '').slice(0, 20));

      await submitOne();
      await relay().deliver();
      expect((await shown(id)).previousSecretUntil).not.toBeNull();
      later(25 * HOUR);
      await submitOne();
      await relay().deliver();
      const [during, after] = receiver.at(path);
      expect([secret, second].map((one) => isSignedWith(one, during!))).toEqual([true, true]);
      expect([secret, second].map((one) => isSignedWith(one, after!))).toEqual([false, true]);
      expect((await shown(id)).previousSecretUntil).toBeNull();
    });

    it('and cannot be made where the operator has set no key, or for addresses that are not called', async () => {
      const bare = await TestApp.start({ now: NOW, databaseUrl: app.databaseUrl });
      try {
        const create = (url: string) =>
          bare.gql(
            'mutation ($input: WebhookCreateInput!) { webhookCreate(input: $input) { secret } }',
            { input: { plan: PLAN, url, events: ALL } },
            partner,
          );
        const refused = async (url: string) => {
          const { errors } = await create(url);
          return [errors?.[0]?.extensions.code, errors?.[0]?.extensions.violations?.[0]?.field];
        };
        for (const url of ['http://hooks.example.org', 'https://a:b@hooks.example.org', 'https://[::ffff:127.0.0.1]/'])
          expect(await refused(url)).toEqual(['BAD_USER_INPUT', 'input.url']);
        expect((await create('https://hooks.example.org')).errors).toMatchObject([
          { message: expect.stringContaining('SECRETS_KEY'), extensions: { code: 'CONFLICT' } },
        ]);
      } finally {
        await bare.close();
      }
    });
  });

  describe('try again', () => {
    it('after a day of 500, with the same id and the same words', async () => {
      const { id, path } = await make();
      const began = app.clock.now().getTime();
      receiver.replies.set(
        path,
        (response) => void response.writeHead(app.clock.now().getTime() - began < 24 * HOUR ? 500 : 204).end(),
      );
      await submitOne();
      for (let beats = 0; beats < 12; beats++) {
        await relay().deliver();
        const [delivery] = await deliveriesOf(id);
        if (delivery?.nextAttemptAt) app.clock.set(new Date(delivery.nextAttemptAt));
      }
      const [delivery] = await deliveriesOf(id);
      const letters = receiver.at(path);
      expect(delivery).toMatchObject({ status: 'DELIVERED', nextAttemptAt: null });
      expect(delivery?.attempts.map(({ httpStatus }) => httpStatus)).toEqual([
        204,
        ...Array<number>(letters.length - 1).fill(500),
      ]);
      expect(letters.length).toBeGreaterThan(5);
      expect(new Set(letters.map((letter) => `${letter.id} ${letter.body}`))).toEqual(
        new Set([`${delivery?.messageId} ${delivery?.payload}`]),
      );
      expect((await shown(id)).failingSince).toBeNull();
    });

    it('ten times over three days and then no more, until somebody replays it', async () => {
      const { id, path } = await make();
      receiver.replies.set(path, status(500));
      await submitOne();
      const began = app.clock.now().getTime();
      for (let next: string | null | undefined = ''; next != null;) {
        await relay().deliver();
        next = (await deliveriesOf(id))[0]?.nextAttemptAt;
        if (next) app.clock.set(new Date(next));
      }
      const [failed] = await deliveriesOf(id);
      expect(failed).toMatchObject({ status: 'FAILED' });
      expect(failed?.attempts).toHaveLength(10);
      expect((app.clock.now().getTime() - began) / HOUR).toBeGreaterThan(60);
      later(HOUR);
      await relay().deliver();
      expect(receiver.at(path)).toHaveLength(10);

      receiver.replies.delete(path);
      const replay = { webhook: id, delivery: failed?.id };
      expect((await mutate('webhookDeliveryReplay', replay, partner, 'queued')).data).toEqual({
        webhookDeliveryReplay: { queued: 1 },
      });
      await relay().deliver();
      expect((await deliveriesOf(id))[0]).toMatchObject({ status: 'DELIVERED', messageId: failed?.messageId });
      expect(new Set(receiver.at(path).map((letter) => letter.id))).toEqual(new Set([failed?.messageId]));
    });

    it('when the receiver wants it, within bounds', async () => {
      const { id, path } = await make();
      receiver.replies.set(path, status(503, { 'retry-after': '7200' }));
      await submitOne();
      await relay().deliver();
      const [delivery] = await deliveriesOf(id);
      const pause = Date.parse(delivery?.nextAttemptAt ?? '') - app.clock.now().getTime();
      expect(pause / HOUR).toBeGreaterThan(1.9);
      expect(pause / HOUR).toBeLessThanOrEqual(2);
    });

    it('never after 410, which disables the webhook; what it missed is replayed from an instant on', async () => {
      const { id, path } = await make();
      receiver.replies.set(path, status(410));
      // After all that other tests did.
      app.clock.set(new Date('2024-04-25T08:00+03:00'));
      const since = app.clock.now();
      await submitOne();
      await relay().deliver();
      await submitOne();
      await relay().deliver();
      expect(await shown(id)).toMatchObject({ disabledBecause: 'GONE', deliveries: { totalCount: 1 } });
      expect((await deliveriesOf(id))[0]).toMatchObject({ status: 'FAILED', attempts: [{ httpStatus: 410 }] });
      const audited = await app.db.query<object[]>(
        `select actor, acting_as from audit_entry where action = 'webhook.disabled' and subject_id = $1`,
        [id],
      );
      expect(audited).toEqual([{ actor: 'system:webhooks', acting_as: 'SYSTEM' }]);

      receiver.replies.delete(path);
      const replay = { webhook: id, since };
      expect(codeOf(await mutate('webhookDeliveryReplay', replay, partner))).toBe('CONFLICT');
      expect(codeOf(await mutate('webhookEnable', { webhook: id }, partner))).toBe('OK');
      expect((await mutate('webhookDeliveryReplay', replay, partner, 'queued')).data).toEqual({
        webhookDeliveryReplay: { queued: 2 },
      });
      await relay().deliver();
      expect((await deliveriesOf(id)).map((one) => one.status)).toEqual(['DELIVERED', 'DELIVERED']);
      const both = { webhook: id, since, delivery: (await deliveriesOf(id))[0]?.id };
      for (const input of [both, { webhook: id }])
        expect(codeOf(await mutate('webhookDeliveryReplay', input, partner))).toBe('BAD_USER_INPUT');
    });

    it('no more when every attempt has failed for five days, and say so', async () => {
      const { id, path } = await make();
      receiver.replies.set(path, status(500));
      await submitOne();
      await relay().deliver();
      expect(await shown(id)).toMatchObject({ disabledAt: null, failingSince: expect.any(String) });
      later(5 * 24 * HOUR);
      await relay().deliver();
      expect(await shown(id)).toMatchObject({ disabledAt: null });
      for (let attempt = 3; attempt <= 10; attempt += 1) {
        expect(await deliveriesOf(id)).toMatchObject([{ status: 'WAITING' }]);
        later(24 * HOUR);
        await relay().deliver();
      }
      expect(await shown(id)).toMatchObject({ disabledBecause: 'FAILING' });
      expect(await deliveriesOf(id)).toMatchObject([{ status: 'FAILED', nextAttemptAt: null }]);
    });

    it('as often as ever after a quiet season, however long ago others failed', async () => {
      const { id, path } = await make();
      receiver.replies.set(path, status(500));
      await submitOne();
      await relay().deliver();
      later(20 * 24 * HOUR);
      await app.db.query(`update webhook_delivery set status = 'FAILED' where webhook_id = $1`, [id]);
      await submitOne();
      await relay().deliver();
      expect(await shown(id)).toMatchObject({ disabledAt: null });
      receiver.replies.delete(path);
      later(2 * 60_000);
      await relay().deliver();
      expect(await shown(id)).toMatchObject({ disabledAt: null, failingSince: null });
      expect((await deliveriesOf(id)).map((one) => one.status)).toContain('DELIVERED');
    });

    it('not since an instant that a success in between has ended', async () => {
      const { id } = await make();
      await submitOne();
      await submitOne();
      const deliveries = app.app.get(WebhookDeliveries);
      await app.db.query(`update webhook set failing_since = $2::timestamptz - interval '6 days' where id = $1`, [
        id,
        app.clock.now(),
      ]);
      const [first, second] = await deliveries.claim(app.clock.now(), 2);
      const at = app.clock.now();
      const record = (delivery: ClaimedDelivery, outcome: 'DELIVERED' | 'TIMED_OUT') =>
        deliveries.record({
          delivery,
          at,
          outcome,
          httpStatus: null,
          status: outcome === 'DELIVERED' ? 'DELIVERED' : 'WAITING',
          nextAttemptAt: null,
        });
      await record(first as ClaimedDelivery, 'DELIVERED');
      expect(await record(second as ClaimedDelivery, 'TIMED_OUT')).toEqual({ failingSince: at });
    });

    it('when a replay was asked for while the last attempt was under way', async () => {
      const { id } = await make();
      await submitOne();
      const since = app.clock.now().toISOString();
      const deliveries = app.app.get(WebhookDeliveries);
      const [delivery] = await deliveries.claim(app.clock.now(), 1);
      expect(
        codeOf(
          await mutate(
            'webhookDeliveryReplay',
            { webhook: id, since: new Date(Date.parse(since) - HOUR).toISOString() },
            partner,
          ),
        ),
      ).toBe('OK');
      await deliveries.record({
        delivery: delivery as ClaimedDelivery,
        at: app.clock.now(),
        outcome: 'TIMED_OUT',
        httpStatus: null,
        status: 'FAILED',
        nextAttemptAt: null,
      });
      expect((await deliveriesOf(id))[0]).toMatchObject({ status: 'WAITING' });
      await relay().deliver();
      expect((await deliveriesOf(id))[0]).toMatchObject({ status: 'DELIVERED' });
    });
  });

  it('give up, when they are enabled, what was queued in the moment in which they were disabled', async () => {
    const { id, path } = await make();
    const [{ event }] = await app.db.query<[{ event: string }]>(`select id as event from public_event limit 1`);
    const queueing = app.db.createQueryRunner();
    await queueing.startTransaction();
    await queueing.query(
      `insert into webhook_delivery (webhook_id, event_id, queued_at, next_attempt_at) values ($1, $2, $3, $3)`,
      [id, event, app.clock.now()],
    );
    expect(codeOf(await mutate('webhookDisable', { webhook: id }, partner))).toBe('OK');
    await queueing.commitTransaction();
    await queueing.release();
    expect((await deliveriesOf(id)).map((one) => one.status)).toEqual(['WAITING']);
    expect(codeOf(await mutate('webhookEnable', { webhook: id }, partner))).toBe('OK');
    await relay().deliver();
    expect(receiver.at(path)).toEqual([]);
    expect((await deliveriesOf(id)).map((one) => one.status)).toEqual(['FAILED']);
  });

  it('have an address of 2,000 characters at most, counted as it is sent', async () => {
    const at = (path: string) =>
      mutate('webhookCreate', { plan: PLAN, url: `${receiver.url}/${path}`, events: ALL }, partner);
    const room = 2_000 - receiver.url.length - 1;
    expect(codeOf(await at('a'.repeat(room)))).toBe('OK');
    expect(codeOf(await at('a'.repeat(room + 1)))).toBe('BAD_USER_INPUT');
    // Six characters each once they are escaped.
    const letters = Math.floor(room / 6);
    expect(codeOf(await at('ع'.repeat(letters)))).toBe('OK');
    expect(codeOf(await at('ع'.repeat(letters + 1)))).toBe('BAD_USER_INPUT');
  });

  describe('are delivered', () => {
    it('to nobody whom a redirect leads to', async () => {
      const { id, path } = await make();
      receiver.replies.set(path, status(307, { location: `${receiver.url}/inside` }));
      await submitOne();
      await relay().deliver();
      expect((await deliveriesOf(id))[0]?.attempts).toMatchObject([{ outcome: 'REDIRECTED', httpStatus: 307 }]);
      expect(receiver.at('/inside')).toEqual([]);
    });

    it('once by two processes that deliver at the same time', async () => {
      const other = await TestApp.start({
        now: NOW,
        databaseUrl: app.databaseUrl,
        settings: { WEBHOOK_TARGETS: 'any', SECRETS_KEY: KEY },
      });
      try {
        const { id, path } = await make();
        receiver.replies.set(path, (response) => void setTimeout(() => response.writeHead(200).end(), 5));
        for (let pings = 0; pings < 12; pings++) await mutate('webhookTest', { webhook: id }, partner);
        const reports = await Promise.all([relay().deliver(), other.app.get(WebhookRelay).deliver()]);
        expect(reports.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(12);
        expect(new Set(receiver.at(path).map((letter) => letter.id)).size).toBe(12);
        expect(receiver.at(path)).toHaveLength(12);
      } finally {
        await other.close();
      }
    });

    it('again with the same id when the answer could not be recorded', async () => {
      const { id, path } = await make();
      const name = new URL(app.databaseUrl).pathname.slice(1);
      const elsewhere = new URL(app.databaseUrl);
      elsewhere.pathname = 'postgres';
      const operator = new Client(elsewhere.href);
      await operator.connect();
      receiver.replies.set(path, async (response) => {
        // As when the process dies here: nothing that it knows reaches the database any more.
        await operator.query(`alter database "${name}" with allow_connections false`);
        await operator.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
        response.writeHead(200).end();
      });
      await submitOne();
      try {
        await relay()
          .deliver()
          .catch(() => undefined);
      } finally {
        await operator.query(`alter database "${name}" with allow_connections true`);
        await operator.end();
      }
      receiver.replies.delete(path);
      await until(async () => (await app.gql('{ __typename }')).status === 200);
      await relay().deliver();
      expect(receiver.at(path)).toHaveLength(1);
      later(61_000);
      await relay().deliver();
      const [first, second] = receiver.at(path);
      expect(second).toMatchObject({ id: first!.id, body: first!.body });
      expect((await deliveriesOf(id)).map((one) => one.status)).toEqual(['DELIVERED']);
    });

    it('to others while one does not answer, which only its own wait for', async () => {
      const slow = await make();
      const other = await Receiver.start();
      const quick = await make(['CHECK_IN_SUBMITTED'], { url: `${other.url}/quick` });
      receiver.replies.set(slow.path, () => undefined);
      for (let count = 0; count < 5; count++) await submitOne();
      const run = relayWith(app, 300).deliver();
      await until(() => other.at('/quick').length === 5);
      // While most of what the slow one gets waits for it.
      expect(receiver.at(slow.path).length).toBeLessThan(5);
      await run;
      expect(receiver.together.get(slow.path)).toBe(2);
      expect((await deliveriesOf(slow.id)).map(({ attempts }) => attempts[0]?.outcome)).toEqual(
        Array(5).fill('TIMED_OUT'),
      );
      expect((await shown(quick.id)).deliveries.nodes.map((one) => one.status)).toEqual(Array(5).fill('DELIVERED'));
      await other.close();
    });

    it('at once, however many receivers of somebody else never answer', async () => {
      const slow = await Promise.all(Array.from({ length: 12 }, () => Receiver.start()));
      const open: Array<() => void> = [];
      const letters = () => slow.flatMap((one) => one.letters);
      const made: string[] = [];
      for (const [at, one] of slow.entries()) {
        one.replies.set('/', (response) => void open.push(() => response.writeHead(200).end()));
        const { id } = await make(ALL, { url: `${one.url}/`, plan: at < 10 ? PLAN : OTHER_PLAN });
        made.push(id);
        for (let pings = 0; pings < 2; pings++)
          expect(codeOf(await mutate('webhookTest', { webhook: id }, partner))).toBe('OK');
      }
      later(1_000);
      const stranger = await app.as('PARTNER');
      const quick = await make(ALL, {}, stranger);
      const ping = () => mutate('webhookTest', { webhook: quick.id }, stranger);
      await ping();
      const run = relayWith(app, 20_000).deliver();
      try {
        await until(() => receiver.at(quick.path).length === 1 && letters().length >= 5);
        // The service as another process of it is: it counts what this one holds.
        expect(await relayWith(app, 300).deliver()).toEqual({ delivered: 0, postponed: 0, failed: 0 });
        // A webhook that is gone leaves its letter under way, and its place taken.
        const held = made[slow.findIndex((one) => one.letters.length > 0)];
        expect(codeOf(await mutate('webhookRemove', { webhook: held }, partner))).toBe('OK');
        await ping();
        await until(() => receiver.at(quick.path).length === 2);
        expect([letters().length, open.length]).toEqual([5, 5]);
      } finally {
        const answering = setInterval(() => open.splice(0).forEach((answer) => answer()), 5);
        await run;
        clearInterval(answering);
        await Promise.all(slow.map((one) => one.close()));
      }
      expect(new Set(letters().map((letter) => letter.id)).size).toBe(letters().length);
      expect(slow.filter((one) => one.letters.length < 2).length).toBeLessThanOrEqual(1);
    });
  });

  describe('are whose they are', () => {
    it('of a partner nobody else knows but who runs the plan; nobody of another member', async () => {
      const { id } = await make();
      await submitOne();
      const [delivery] = await deliveriesOf(id);
      const stranger = await app.as('PARTNER');
      const list = async (headers: Headers) => {
        const answer = await app.gql<{ webhooks: { nodes: Array<{ id: string }> } | null }>(
          `{ webhooks(plan: "${PLAN}") { nodes { id } } }`,
          {},
          headers,
        );
        return answer.errors ? codeOf(answer) : answer.data.webhooks?.nodes.map((one) => one.id);
      };
      expect(await list(partner)).toEqual([id]);
      expect(await list(officer)).toEqual([id]);
      expect(await list(await app.as('ADMIN', PLAN))).toEqual([id]);
      expect(await list(stranger)).toEqual([]);
      expect(await list(await app.as('ADMIN', OTHER_PLAN))).toBe('FORBIDDEN');
      expect(await list(await app.as('FOCAL_POINT', PLAN, 'works'))).toBe('FORBIDDEN');
      expect(await list({})).toBe('UNAUTHENTICATED');

      const replay = { webhook: id, delivery: delivery?.id };
      const attempts: ReadonlyArray<readonly [Headers, string]> = [
        [stranger, 'NOT_FOUND'],
        [await app.as('ADMIN', OTHER_PLAN), 'FORBIDDEN'],
        [{}, 'UNAUTHENTICATED'],
      ];
      for (const [headers, code] of attempts) {
        expect(codeOf(await mutate('webhookDeliveryReplay', replay, headers))).toBe(code);
        for (const node of [id, delivery?.id]) {
          const { data } = await app.gql(`{ node(id: "${node}") { id } }`, {}, headers);
          expect(data).toEqual({ node: null });
        }
      }
      const { data } = await app.gql(
        `{ node(id: "${delivery?.id}") { ... on WebhookDelivery { event } } }`,
        {},
        partner,
      );
      expect(data).toEqual({ node: { event: 'check-in.submitted' } });
      const other = await make(ALL, {}, stranger);
      expect(codeOf(await mutate('webhookDeliveryReplay', { ...replay, webhook: other.id }, stranger))).toBe(
        'NOT_FOUND',
      );
    });

    it('are at most ten for one account and plan, and gone when they are removed', async () => {
      const made = [];
      for (let count = 0; count < 10; count++) made.push(await make());
      const more = { plan: PLAN, url: receiver.url, events: ALL };
      expect(codeOf(await mutate('webhookCreate', more, partner))).toBe('CONFLICT');
      await submitOne();
      expect(codeOf(await mutate('webhookRemove', { webhook: made[0]!.id }, partner))).toBe('OK');
      expect(codeOf(await mutate('webhookDisable', { webhook: made[1]!.id }, partner))).toBe('OK');
      await relay().deliver();
      const told = made.map(({ path }) => receiver.at(path).length);
      expect(told).toEqual([0, 0, ...Array<number>(8).fill(1)]);
      expect(await shown(made[0]!.id)).toBeUndefined();
      expect(await shown(made[1]!.id)).toMatchObject({ disabledBecause: 'BY_HAND' });
    });

    it('keep their log for 90 days, and what still waits for longer', async () => {
      const { id } = await make();
      await submitOne();
      await relay().deliver();
      await submitOne();
      later(89 * 24 * HOUR);
      expect(await app.app.get(WebhooksService).forget()).toBe(0);
      later(2 * 24 * HOUR);
      expect(await app.app.get(WebhooksService).forget()).toBe(1);
      expect((await deliveriesOf(id)).map((one) => one.status)).toEqual(['WAITING']);
    });

    it('are in the figures of those who run the service', async () => {
      const { id } = await make();
      await mutate('webhookTest', { webhook: id }, partner);
      later(90_000);
      const figures = await (await fetch(`${app.url}/metrics`)).text();
      expect(figures).toMatch(/^mithaq_webhook_deliveries\{status="WAITING"\} 1$/m);
      expect(figures).toMatch(/^mithaq_oldest_waiting_webhook_delivery_seconds 9\d(\.\d+)?$/m);
    });
  });
});
