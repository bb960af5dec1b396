import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  emptyDataDir,
  helpersOf,
  mithaq,
  startService,
  Terminal,
  type Ended,
  type Service,
} from '../support/service.js';

// A process takes seconds to start, and more of them on a busy machine.
jest.setTimeout(120_000);

const PLAN = 'greater-salt-2024-2025';
const AS_OF = '2024-07-09T09:00+03:00';
const ADDRESSES = [
  'finance.unit@example.org',
  'local.development@example.org',
  'mayor@example.org',
  'public.relations@example.org',
];

interface RemindJson {
  dryRun: boolean;
  reminded: Array<{ address: string; language: string; sections: Array<{ stage: string; missing: object[] }> }>;
  withheld: Array<{ institution: string; reason: string }>;
  delivered: { sent: number } | null;
  waiting: number;
}

/** One story on one data folder, as a person would try the commands in a second terminal. */
describe('The commands, beside a running service', () => {
  let folder: Awaited<ReturnType<typeof emptyDataDir>>;
  let service: Service;
  let terminal: Terminal;
  let token: string;
  /** In a process of its own: every command at least once. */
  const start = (...args: string[]): Promise<Ended> => mithaq(args, { DATA_DIR: folder.dataDir });
  const run = (...args: string[]): Promise<Ended> => terminal.run(args);
  const nameOfHolder = async () =>
    (await service.gql<{ viewer: { name: string } }>('{ viewer { name } }', token)).data.viewer.name;
  const remind = async (...args: string[]): Promise<RemindJson> =>
    JSON.parse((await run('remind', '--as-of', AS_OF, '--json', ...args)).stdout) as RemindJson;
  beforeAll(async () => {
    folder = await emptyDataDir();
    service = await startService({ DATA_DIR: folder.dataDir });
    terminal = new Terminal({ DATA_DIR: folder.dataDir });
  });
  afterAll(async () => {
    await terminal.close();
    await service.ctrlC();
    await folder.remove();
  });

  it('periods prints when each quarter opens, is due and closes, and marks the stubs', async () => {
    const { code, stdout } = await start('periods', PLAN);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^period +first day +last day +opens +due +closes +now$/m);
    expect(stdout).toMatch(/^2024-Q2 +2024-04-01 +2024-06-30 +2024-07-01 +2024-07-14 /m);
    expect(stdout).toMatch(/ stub$/m);
  });

  it('token create prints a token that is good at once, and nothing else on standard output', async () => {
    const { code, stdout, stderr } = await start(
      ...['token', 'create', '--role', 'FOCAL_POINT', '--plan', PLAN, '--institution', 'public-relations'],
    );

    expect(code).toBe(0);
    expect(stdout).toMatch(/^\S+\n$/);
    expect(stderr).toContain('It is not shown again');
    token = stdout.trim();
    expect(await nameOfHolder()).toBe('token:focal-point of public-relations');
  });

  it('remind --dry-run says who would be reminded of what, in which language, and who has no address', async () => {
    const { code, stdout } = await start('remind', '--as-of', AS_OF, '--dry-run');

    expect(code).toBe(0);
    expect(stdout).toContain('4 addresses would be reminded (dry run: nothing is recorded or sent)');
    for (const address of ADDRESSES) expect(stdout).toContain(`  ${address}`);
    expect(stdout).toMatch(/mayor@example\.org \(.+\), in ar/);
    expect(stdout).toMatch(/finance\.unit@example\.org \(.+\), in fr/);
    expect(stdout).toMatch(/2024-Q2: 4 of 4 check-ins missing, due 2024-07-14; commitments 1, 2, 3, 4 \[due-in-3\]/);
    expect(stdout).toMatch(/Owe check-ins and cannot be reached:\n +\S+/);
  });

  it('remind sends what the dry run announced; again it sends nothing and says why', async () => {
    const first = await remind();
    expect(first.reminded.map(({ address }) => address).sort()).toEqual(ADDRESSES);
    const inbox = async () =>
      ((await (await fetch(`${service.inboxUrl}/api/email`)).json()) as Array<{ to: Array<{ address: string }> }>)
        .map(({ to }) => to[0]?.address)
        // Told by the service itself, when it looks, who has no address.
        .filter((address) => address !== 'mel.officer@example.org')
        .sort();
    // The service's own relay may have been quicker with some of them.
    expect(await until(inbox, (addresses) => addresses.length >= 4)).toEqual(ADDRESSES);

    const again = await run('remind', '--as-of', AS_OF);

    const links = await (await fetch(`${service.inboxUrl}/api/email`)).text();
    expect(links).toContain(`${service.url}/report/`);
    expect(links).not.toContain('localhost:3000');
    expect(again.stdout).toContain('0 addresses reminded');
    expect(again.stdout).toMatch(/mayor, greater-salt-2024-2025 2024-Q2: .+: reminded already \(due-in-3\)/);
    expect(await inbox()).toEqual(ADDRESSES);
  });

  it('publish freezes a quarter once, and plan export prints its progress as a table and a workbook', async () => {
    const first = await start('publish', PLAN, '2024-Q1');
    expect([first.stderr, first.code]).toEqual(['', 0]);
    expect(first.stdout).toMatch(
      /2024-Q1 is published as version 1\.\n +http\S+\/publications\/2024-Q1\/v\/1\n +sha256 [0-9a-f]{64}\n/,
    );
    expect((await run('publish', PLAN, '2024-Q1')).stdout).toContain('as version 1 already, and nothing has changed');
    expect((await run('publish', PLAN, '2025-Q4')).code).toBe(1);
    const csv = await start('plan', 'export', PLAN, '--format', 'csv', '--table', 'institutions', '--language', 'ar');
    expect(csv.stdout).toMatch(/^\ufeffInstitution,Institution Name,.*\r\n/);
    expect(csv.stdout).toMatch(/\p{Script=Arabic}/u);
    expect((await run('plan', 'export', PLAN, '--format', 'xlsx')).stdout.slice(0, 2)).toBe('PK');
    expect((await run('plan', 'export', PLAN, '--format', 'csv', '--table', 'x')).stderr).toContain(
      'There is no table “x”',
    );
  });

  it('plan export prints the plan as a file that plan import takes; its dry run shows what somebody changed in it, and changes nothing', async () => {
    const file = join(folder.dataDir, 'changed plan.json');
    const exported = (await run('plan', 'export', PLAN)).stdout;
    expect(exported).toContain('"dueAfterDays": 14');
    await writeFile(file, exported.replace('"dueAfterDays": 14', '"dueAfterDays": 21'));

    const { code, stdout } = await run('plan', 'import', file, '--dry-run');

    expect(code).toBe(0);
    expect(stdout).toMatch(/would change in 1 places?\.\n.*dueAfterDays: 14 → 21/);
    const due = '{ actionPlan(key: "greater-salt-2024-2025") { periods(first: 100) { nodes { key dueDate } } } }';
    const { data } = await service.gql<{ actionPlan: { periods: { nodes: object[] } } }>(due);
    expect(data.actionPlan.periods.nodes).toContainEqual({ key: '2024-Q2', dueDate: '2024-07-14' });
  });

  it('plan import takes an edited table of progress, with a reason for the due date that moves', async () => {
    const file = join(folder.dataDir, 'milestones.csv');
    const exported = (await run('plan', 'export', PLAN, '--format', 'csv', '--table', 'milestones')).stdout;
    await writeFile(file, exported.replace(',2025-11-30,2025-11-30,', ',31/12/2025,2025-11-30,'));
    const [refused, taken] = await Promise.all([
      run('plan', 'import', file, '--plan', PLAN),
      run('plan', 'import', file, '--plan', PLAN, '--reason', 'The hall is being repaired.', '--dry-run'),
    ]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('milestones!F2 (Due Date): ')]);
    expect([taken.code, taken.stdout]).toEqual([0, expect.stringContaining('dueOn: "2025-11" → "2025-12-31"')]);
  });

  it('refuse an unknown plan and an unknown option in one sentence each', async () => {
    const [plan, option] = await Promise.all([run('periods', 'atlantis-2030'), run('remind', '--everybody')]);

    expect(plan).toMatchObject({ code: 1, stdout: '' });
    expect(plan.stderr).toMatch(/^.*atlantis-2030.*\n$/);
    expect(option).toMatchObject({ code: 1, stdout: '' });
    expect(option.stderr).toContain("error: unknown option '--everybody'");
  });

  it('doctor finds settings, database, mail and clock in order, and names the contact without an address', async () => {
    // What the service sends by itself may be on its way.
    const { code, stdout } = await until(
      () => run('doctor'),
      ({ stdout: seen }) => seen.includes('outbox: 0 mails wait'),
    );

    expect(code).toBe(0);
    for (const part of ['settings: ', 'database: PostgreSQL 18', 'mail: the server answers', 'outbox: 0 mails wait'])
      expect(stdout).toContain(`  ok   ${part}`);
    expect(stdout).toContain('  ok   evidence: 0 links lead nowhere, 0 files are missing');
    expect(stdout).toContain('DEMO_CLOCK=real');
    expect(stdout).toMatch(/institutions.*(no|without).*address/i);
  });

  it('lose nothing when the service is killed with -9: its next start takes the data folder over', async () => {
    await service.kill();

    service = await startService({ DATA_DIR: folder.dataDir });

    expect(await nameOfHolder()).toBe('token:focal-point of public-relations');
  });

  it('user invite lets a person sign in with a link from the inbox, and the log keeps that link to itself', async () => {
    const email = 'you@example.org';
    const { code, stdout } = await start('user', 'invite', email, '--role', 'MEL_OFFICER', '--plan', PLAN);
    expect(code).toBe(0);
    expect(stdout).toContain(`${email} is MEL_OFFICER in ${PLAN}.\nSign in at http://localhost:`);

    const asked = await fetch(`${service.url}/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ address: email }),
    });
    const cookie = asked.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const texts = async () =>
      ((await (await fetch(`${service.inboxUrl}/api/email`)).json()) as Array<{ text: string }>)
        .map(({ text }) => /\/sign-in\/([\w-]{20,})/.exec(text)?.[1])
        .filter((secret) => secret !== undefined);
    const [secret] = await until(texts, (secrets) => secrets.length > 0);
    const opened = await fetch(`${service.url}/sign-in/${secret}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie },
    });

    expect(opened.status).toBe(303);
    expect(
      await until(
        () => Promise.resolve(service.said),
        (said) => said.includes('/sign-in/:secret'),
      ),
    ).toContain('"path":"/sign-in/:secret"');
    expect(service.said).not.toContain(secret);
  });
});

describe('The commands, without a service', () => {
  it('bring their own database, stop it when they are done, and exit with 1 when the doctor finds trouble', async () => {
    const { dataDir, remove } = await emptyDataDir();

    const unprepared = await mithaq(['doctor'], { DATA_DIR: dataDir });
    expect(unprepared).toMatchObject({ code: 1, stderr: '' });
    expect(unprepared.stdout).toMatch(/WRONG {2}database: .*\n.*run: npx mithaq migrate/);

    const imported = await mithaq(['plan', 'import', 'plans/jordan-2021-2025.json'], { DATA_DIR: dataDir });
    expect(imported).toMatchObject({ code: 0, stderr: '' });
    expect(imported.stdout).toContain('was imported as a new plan');
    expect(await helpersOf(dataDir)).toEqual([]);
    await remove();
  });
});

async function until<T>(look: () => Promise<T>, found: (seen: T) => boolean): Promise<T> {
  for (const deadline = Date.now() + 10_000; ;) {
    const seen = await look();
    if (found(seen) || Date.now() > deadline) return seen;
    await new Promise((again) => setTimeout(again, 50));
  }
}
