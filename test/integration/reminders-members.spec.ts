import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CheckInsService } from '../../src/check-ins/check-ins.service.js';
import type { FileContact, PlanFile } from '../../src/interchange/plan-file.js';
import { RemindersService } from '../../src/reminders/reminders.service.js';
import { TestApp } from '../support/app.js';
import { emptyDatabase } from '../support/empty-database.js';
import { handIn } from '../support/filing.js';
import { given } from '../support/given.js';
import type { ReceivedMail } from '../support/mailbox.js';

const OPENED = '2024-07-01T09:00+03:00';
/** Every day on which some rule speaks: to the agency, to its head, to the officer, to the committee. */
const DAYS = ['07-01', '07-09', '07-14', '07-17', '07-24', '07-28', '08-04', '08-11'];

const SAMIRA = 'samira@example.org';
/** Two members that have nothing in common but one person, and what their institutions are called. */
const HERE = 'Northtown';
const THERE = 'Southville';
const MEMBERS = [HERE, THERE] as const;
type Member = (typeof MEMBERS)[number];
const planOf = (member: Member): string => `${member.toLowerCase()}-2024`;
const other = (member: Member): Member => (member === HERE ? THERE : HERE);

let app: TestApp;
beforeAll(async () => {
  app = await TestApp.start({ now: OPENED });
});
afterAll(() => app.close());
beforeEach(async () => {
  await emptyDatabase(app.db);
  app.mailbox.clear();
  at(OPENED);
  for (const member of MEMBERS) await app.import(fileOf(member));
});

const at = (instant: string): void => app.clock.set(new Date(instant));

const contact = (role: FileContact['role'], email = SAMIRA): FileContact => ({
  role,
  name: 'Samira',
  email,
  language: 'en',
});

/** Samira is the focal point in both, head of an institution in both, on both committees, and the officer of the second. */
function fileOf(member: Member): PlanFile {
  const officer = member === THERE ? SAMIRA : 'officer@northtown.example';
  const named = (key: string, contacts: FileContact[]) =>
    given.institution(key, { name: { en: `${key} of ${member}` }, contacts });
  return given.plan({
    member: { key: member.toLowerCase(), name: { en: member }, kind: 'LOCAL', country: 'JO' },
    plan: {
      key: planOf(member),
      title: { en: `Plan of ${member}` },
      participations: [{ institution: 'committee', role: 'STEERING' }],
    },
    institutions: [
      named('works', [contact('FOCAL_POINT'), contact('MEL_OFFICER', officer)]),
      named('parks', [contact('FOCAL_POINT', `parks@${member.toLowerCase()}.example`), contact('HEAD')]),
      named('committee', [contact('FOCAL_POINT')]),
    ],
    commitments: ['works', 'parks'].map((institution, index) =>
      given.commitment(index + 1, {
        title: { en: `Promise ${index + 1} of ${member}` },
        institutions: [{ institution, role: 'LEAD' }],
      }),
    ),
  });
}

/** Everything of a mail that anybody can read, decoded. */
const readable = ({ raw, mail }: ReceivedMail): string =>
  [
    raw.slice(0, raw.indexOf('\r\n\r\n')),
    mail.subject,
    mail.text,
    mail.html || '',
    ...mail.attachments.map(({ content }) => content.toString()),
  ].join('\n');
const names = (text: string, member: Member): boolean => text.toLowerCase().includes(member.toLowerCase());
const about = (member: Member): ReceivedMail[] =>
  app.mailbox.to(SAMIRA).filter((mail) => names(mail.mail.text ?? '', member));
const pathsIn = (mail: ReceivedMail, what: 'report' | 'unsubscribe'): string[] => [
  ...new Set(
    [...(mail.mail.text ?? '').matchAll(new RegExp(`http://mithaq\\.example\\.org(/${what}/[\\w-]{32})`, 'g'))].map(
      ([, path = '']) => path,
    ),
  ),
];
const page = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(app.url + path, { headers: { 'accept-language': 'en' }, ...init });
  return { status: response.status, text: await response.text() };
};
const officerOf = (member: Member) => app.as('MEL_OFFICER', planOf(member));

interface Node {
  readonly id: string;
  readonly address: string;
  readonly status: string;
  readonly institution: { readonly name: string } | null;
}
const LEDGER = `query ($plan: String!, $filter: ReminderFilter) {
  reminders(plan: $plan, first: 100, filter: $filter) { nodes: edges { node { id address status institution { name } } } }
}`;
async function ledger(member: Member, headers: Record<string, string>, filter: object = {}): Promise<Node[]> {
  const { data, errors } = await app.gql<{ reminders: { nodes: Array<{ node: Node }> } }>(
    LEDGER,
    { plan: planOf(member), filter },
    headers,
  );
  if (errors) throw new Error(errors[0]?.extensions.code);
  return data.reminders.nodes.map(({ node }) => node);
}

describe('two members with the same person in many parts', () => {
  it('write to that person apart: every mail, of every stage and part, is of one member to its last word', async () => {
    for (const day of DAYS) {
      at(`2024-${day}T09:00+03:00`);
      await app.beat();
    }
    const toSamira = app.mailbox.to(SAMIRA);
    // Opened, due soon, due today, overdue twice; as head; on the committee; and as officer of the second.
    expect([about(HERE).length, about(THERE).length]).toEqual([7, 8]);
    expect(toSamira).toHaveLength(15);
    for (const received of app.mailbox.received) {
      const text = readable(received);
      expect(MEMBERS.filter((member) => names(text, member))).toHaveLength(1);
    }
    for (const [member, officer] of [
      [HERE, 'officer@northtown.example'],
      [THERE, SAMIRA],
    ] as const)
      for (const { mail } of about(member)) expect(mail.replyTo?.text).toBe(officer);
    // Nothing shows mails of the two in one thread.
    const threads = (member: Member) => new Set(about(member).flatMap(({ mail }) => mail.references ?? []));
    expect([...threads(HERE)].filter((thread) => threads(THERE).has(thread))).toEqual([]);
  });

  it('give that person links that open the form of one institution of one member each', async () => {
    await app.beat();
    const opened: string[] = [];
    for (const member of MEMBERS) {
      const [mail] = about(member);
      const paths = mail ? pathsIn(mail, 'report') : [];
      expect(paths).toHaveLength(1);
      for (const path of paths) {
        const { status, text } = await page(path);
        expect([status, names(text, member), names(text, other(member))]).toEqual([200, true, false]);
        expect((await page(`${path}/1`)).text).toContain(`Promise 1 of ${member}`);
        // The other institution of the same member is not this link’s business either.
        expect((await page(`${path}/2`)).status).toBe(404);
        opened.push(path);
      }
    }
    expect(new Set(opened).size).toBe(2);
  });

  it('stop the committee’s letters each for itself, by the link in one of them', async () => {
    at('2024-08-11T09:00+03:00');
    await app.beat();
    const [letter] = about(HERE).filter((mail) => pathsIn(mail, 'unsubscribe').length > 0);
    const [path = ''] = letter ? pathsIn(letter, 'unsubscribe') : [];
    const stopped = await page(path, { method: 'POST' });
    expect([stopped.status, names(stopped.text, THERE)]).toEqual([200, false]);
    expect(
      await app.db.query(
        `select p.key, z.address, z.audience from reminder_pause z join action_plan p on p.id = z.plan_id`,
      ),
    ).toEqual([{ key: planOf(HERE), address: SAMIRA, audience: 'STEERING' }]);
  });

  it('are settled each for itself: what is filed for one is still asked for by the other', async () => {
    await handIn(app, 'works', undefined, planOf(HERE));
    await app.beat();
    expect([about(HERE).length, about(THERE).length]).toEqual([0, 1]);
  });

  it('are settled each for itself also between queueing and sending', async () => {
    await app.app.get(CheckInsService).expect();
    await app.app.get(RemindersService).run();
    await handIn(app, 'works', undefined, planOf(HERE));
    await app.beat();
    expect([about(HERE).length, about(THERE).length]).toEqual([0, 1]);
  });
});

describe('what one member decides about that person', () => {
  it.each(['reminderHold', 'reminderMute'])('%s stops its own mails and no others', async (mutation) => {
    const type = `${mutation.slice(0, 1).toUpperCase()}${mutation.slice(1)}Input`;
    const ask = `mutation ($input: ${type}!) { ${mutation}(input: $input) { pause { id } } }`;
    const input = { plan: planOf(HERE), address: SAMIRA, reason: 'On leave.' };
    const refused = await app.gql(ask, { input }, await officerOf(THERE));
    expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const set = await app.gql<Record<string, { pause: { id: string } }>>(ask, { input }, await officerOf(HERE));
    expect(set.errors).toBeUndefined();
    await app.beat();
    expect([about(HERE).length, about(THERE).length]).toEqual([0, 1]);
    // Nor may the other end what it did not begin.
    const resumed = await app.gql(
      `mutation ($input: ReminderResumeInput!) { reminderResume(input: $input) { pause { id } } }`,
      { input: { pause: set.data[mutation]?.pause.id } },
      await officerOf(THERE),
    );
    expect(['FORBIDDEN', 'NOT_FOUND']).toContain(resumed.errors?.[0]?.extensions.code);
  });

  it('a reminder by hand goes out for the one that sends it', async () => {
    const ask = `mutation ($input: ReminderSendNowInput!) { reminderSendNow(input: $input) { reminders { address } } }`;
    const input = { plan: planOf(HERE), institution: 'works', reason: 'The council meets.' };
    expect((await app.gql(ask, { input }, await officerOf(THERE))).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    at('2024-07-04T12:00+03:00');
    await app.beat();
    app.mailbox.clear();
    expect((await app.gql(ask, { input }, await officerOf(HERE))).errors).toBeUndefined();
    await app.beat();
    expect([about(HERE).length, about(THERE).length]).toEqual([1, 0]);
  });
});

describe('an address that nothing reaches', () => {
  it('is so for both members: that is a fact about the address, and neither learns from whom it is known', async () => {
    await app.db.query(
      `insert into undeliverable_address (address, since, kind, reason) values ('${SAMIRA}', '2024-06-30T09:00+03:00', 'BOUNCED', '550 5.1.1 No such user')`,
    );
    await app.beat();
    expect(app.mailbox.to(SAMIRA)).toEqual([]);
    // The others of both members get theirs, and the first member’s officer the list of whoever is not reached.
    expect(app.mailbox.received.map(({ to }) => to[0]).sort()).toEqual([
      'officer@northtown.example',
      'parks@northtown.example',
      'parks@southville.example',
    ]);
    for (const member of MEMBERS)
      expect(
        (await ledger(member, await officerOf(member), { address: SAMIRA })).map(({ status }) => status),
      ).toContain('SUPPRESSED');
    expect(JSON.stringify(app.mailbox.received.map(readable).filter((text) => names(text, HERE)))).not.toMatch(
      /Southville/i,
    );
  });
});

describe('the ledger of one member', () => {
  beforeEach(() => app.beat());

  it('shows its own rows only, however it is asked for the person or the institution that both have', async () => {
    for (const member of MEMBERS) {
      const headers = await officerOf(member);
      for (const filter of [{}, { address: SAMIRA }, { institution: 'works' }, { period: '2024-Q2' }]) {
        const found = await ledger(member, headers, filter);
        const named = found.flatMap(({ institution }) => institution?.name ?? []);
        expect(named.length).toBeGreaterThan(0);
        expect(named.filter((name) => !name.endsWith(`of ${member}`))).toEqual([]);
      }
    }
  });

  it('is closed to the other’s officer, and so is what is going to be sent and every row by its id', async () => {
    const theirs = await officerOf(THERE);
    await expect(ledger(HERE, theirs)).rejects.toThrow('FORBIDDEN');
    const schedule = await app.gql(
      `{ reminderSchedule(plan: "${planOf(HERE)}", from: "2024-07-01T00:00:00Z", until: "2024-08-01T00:00:00Z") { totalCount } }`,
      {},
      theirs,
    );
    expect(schedule.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const [row] = await ledger(HERE, await officerOf(HERE));
    const byId = `query ($id: ID!) { node(id: $id) { id } }`;
    expect((await app.gql<{ node: unknown }>(byId, { id: row?.id }, theirs)).data.node).toBeNull();
    expect((await app.gql<{ node: unknown }>(byId, { id: row?.id }, await officerOf(HERE))).data.node).not.toBeNull();
  });

  it('says what is going to be sent of its own plan only', async () => {
    const { data } = await app.gql<{
      reminderSchedule: { reminders: Array<{ institution: { name: string } | null }> };
    }>(
      `{ reminderSchedule(plan: "${planOf(HERE)}", from: "2024-07-01T00:00:00Z", until: "2024-12-01T00:00:00Z", address: "${SAMIRA}") { reminders { institution { name } } } }`,
      {},
      await officerOf(HERE),
    );
    const found = data.reminderSchedule.reminders.flatMap(({ institution }) => institution?.name ?? []);
    expect(found.length).toBeGreaterThan(3);
    expect(found.filter((name) => names(name, THERE))).toEqual([]);
  });
});
