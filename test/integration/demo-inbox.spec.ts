import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createTransport } from 'nodemailer';
import { findDemoInbox } from '../../src/platform/embedded/demo-inbox.js';
import type { InboxPorts } from '../../src/platform/embedded/demo-inbox-process.js';
import type { InboxAddress } from '../../src/platform/embedded/demo-inbox.js';
import { freePort } from '../../src/platform/embedded/free-port.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A server of this application with its demo inbox: a process, because what happens when it dies is the point. */
const SERVER = `(async () => {
  const { startDemoInbox } = await import('${pathToFileURL(join(ROOT, 'src/platform/embedded/demo-inbox.js')).href}');
  const inbox = await startDemoInbox({ dataDir: process.argv[1], log: console.error, usualPorts: JSON.parse(process.argv[2]) });
  process.on('SIGINT', () => undefined);
  process.on('message', () => inbox.stop().then(() => process.disconnect()));
  process.on('disconnect', () => process.exit());
  process.send(inbox);
})()`;

let dataDir: string;
let server: ChildProcess;
let inbox: InboxAddress;
let usualPorts: InboxPorts;
const squatters: Server[] = [];

beforeAll(async () => {
  usualPorts = { smtp: await freePort(), web: await freePort() };
  dataDir = join(await mkdtemp(join(tmpdir(), 'mithaq inbox-')), 'بيانات');
  [server, inbox] = await start();
});

afterAll(async () => {
  squatters.forEach((squatter) => squatter.close());
  if (isRunning(server)) server.kill('SIGKILL');
  await rm(join(dataDir, '..'), { recursive: true, force: true, maxRetries: 5 });
});

/** One story: the page takes seconds to start, so the tests share it, up to its end and its return. */
describe('The demo inbox', () => {
  it('shows a mail that was sent to anybody, on the loopback address only', async () => {
    expect(inbox.smtpUrl).toBe(`smtp://127.0.0.1:${usualPorts.smtp}`);
    expect(inbox.webUrl).toBe(`http://127.0.0.1:${usualPorts.web}`);

    await send('ميثاق: a reminder');

    expect(await mails()).toContainEqual({ subject: 'ميثاق: a reminder', to: 'lead@agency.example' });
  });

  it('has a page that asks no other host for anything', async () => {
    const page = await (await fetch(inbox.webUrl, { headers: { accept: 'text/html' } })).text();

    expect(page).toContain('MailDev');
    expect(page.match(/(src|href)="(https?:)?\/\//g)).toBeNull();
  });

  it('is found by other processes while it answers', async () => {
    expect(await findDemoInbox(dataDir)).toEqual(inbox);
    expect(await findDemoInbox(tmpdir())).toBeNull();
  });

  it('is found by nobody once its server is gone, however long it still answers', async () => {
    const file = join(dataDir, 'inbox.json');
    const note = JSON.parse(await readFile(file, 'utf8')) as { owner: number };
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');

    await writeFile(file, JSON.stringify({ ...note, owner: gone.pid }));

    expect((await fetch(inbox.webUrl)).status).toBeLessThan(500);
    expect(await findDemoInbox(dataDir)).toBeNull();
    await writeFile(file, JSON.stringify(note));
    expect(await findDemoInbox(dataDir)).toEqual(inbox);
  });

  it('outlives Ctrl-C, so that the server can send its last mails', async () => {
    process.kill(-Number(server.pid), 'SIGINT');

    await send('sent after Ctrl-C');

    expect(await mails()).toContainEqual({ subject: 'sent after Ctrl-C', to: 'lead@agency.example' });
  });

  it('ends when its server is killed with -9, and is then found by nobody', async () => {
    const { pid } = JSON.parse(await readFile(join(dataDir, 'inbox.json'), 'utf8')) as { pid: number };
    expect(await stateOf(pid)).toMatch(/^[RS]/);

    server.kill('SIGKILL');

    await until(async () => expect(await stateOf(pid)).toMatch(/^(Z|$)/));
    expect(await findDemoInbox(dataDir)).toBeNull();
  });

  it('keeps its mails for the next start, and takes other ports when the usual ones are in use', async () => {
    await Promise.all([occupy(usualPorts.smtp), occupy(usualPorts.web)]);

    [server, inbox] = await start();

    expect(inbox.smtpUrl).not.toBe(`smtp://127.0.0.1:${usualPorts.smtp}`);
    expect(inbox.webUrl).not.toBe(`http://127.0.0.1:${usualPorts.web}`);
    expect(await mails()).toContainEqual({ subject: 'ميثاق: a reminder', to: 'lead@agency.example' });
    await send('sent elsewhere');
    expect(await mails()).toContainEqual({ subject: 'sent elsewhere', to: 'lead@agency.example' });
  });

  it('leaves nothing but its mails when it is stopped', async () => {
    const exited = once(server, 'exit');
    server.send('stop');

    expect(await exited).toEqual([0, null]);
    expect(await findDemoInbox(dataDir)).toBeNull();
    expect(await readdir(dataDir)).toEqual(['inbox']);
  });
});

async function start(): Promise<[ChildProcess, InboxAddress]> {
  const loader = join(ROOT, 'test/support/typescript-loader.js');
  const child = spawn(process.execPath, ['--import', loader, '-e', SERVER, dataDir, JSON.stringify(usualPorts)], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const address = await new Promise<InboxAddress>((resolve, reject) => {
    child.once('message', (message) => resolve(message as InboxAddress));
    child.once('exit', () => reject(new Error('The process ended')));
  });
  return [child, address];
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** The inbox that was there ends a moment after its server. */
async function occupy(port: number): Promise<void> {
  await until(async () => {
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    squatters.push(squatter);
  });
}

async function send(subject: string): Promise<void> {
  const transport = createTransport(inbox.smtpUrl);
  await transport.sendMail({ from: 'mithaq@example.org', to: 'lead@agency.example', subject, text: 'Please report.' });
  transport.close();
}

async function mails(): Promise<{ subject: string; to: string | undefined }[]> {
  const response = await fetch(`${inbox.webUrl}/api/email`);
  const received = (await response.json()) as { subject: string; to: { address: string }[] }[];
  return received.map(({ subject, to }) => ({ subject, to: to[0]?.address }));
}

/** What `ps` says: empty for a process that is gone, Z for a dead one that nobody has asked after. */
function stateOf(pid: number): Promise<string> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'stat=', '-p', String(pid)], (_error, stdout) => resolve(stdout.trim()));
  });
}

async function until(check: () => Promise<void>): Promise<void> {
  for (const deadline = Date.now() + 10_000; ; await delay(20)) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
