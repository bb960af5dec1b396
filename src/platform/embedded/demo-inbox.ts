import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { InboxPorts } from './demo-inbox-process.js';
import { readJson, writeJson } from './json-file.js';
import { isAlive } from './processes.js';

/** Where the demo's mails go to, and where they can be read. */
export interface InboxAddress {
  smtpUrl: string;
  webUrl: string;
}

interface AddressNote extends InboxAddress {
  readonly pid: number;
  /** The service that started it, and takes it along when it ends. */
  readonly owner: number;
}

export interface DemoInbox extends InboxAddress {
  stop(): Promise<void>;
}

export interface DemoInboxOptions {
  dataDir: string;
  log?: (line: string) => void;
  /** Where it listens when nobody else does. */
  usualPorts?: InboxPorts;
}

const USUAL_PORTS: InboxPorts = { smtp: 1025, web: 1080 };

const START_MILLISECONDS = 20_000;
const STOP_MILLISECONDS = 5_000;
const ANSWER_MILLISECONDS = 2_000;

/**
 * Starts a mailbox for the demo: an SMTP server that keeps every mail, whoever it is for, and a page that shows them.
 * It is a process of its own, because its memory and its crashes are not the application's.
 */
export async function startDemoInbox({
  dataDir,
  log = () => undefined,
  usualPorts = USUAL_PORTS,
}: DemoInboxOptions): Promise<DemoInbox> {
  const mailDirectory = resolve(dataDir, 'inbox');
  await mkdir(mailDirectory, { recursive: true, mode: 0o700 });
  const child = forkInbox(mailDirectory, usualPorts, log);
  const ports = await untilReady(child);
  const address = { smtpUrl: `smtp://127.0.0.1:${ports.smtp}`, webUrl: `http://127.0.0.1:${ports.web}` };
  const note: AddressNote = { ...address, pid: child.pid ?? 0, owner: process.pid };
  await writeJson(addressFile(dataDir), note);
  let stopping = false;
  child.once('exit', () => {
    if (!stopping) log('The demo inbox stopped unexpectedly: mails wait until it is started again');
  });
  return {
    ...address,
    async stop() {
      stopping = true;
      await rm(addressFile(dataDir), { force: true });
      await end(child);
    },
  };
}

/**
 * The inbox that a running service started for this data folder, or null when there is none. One whose service was
 * killed may still answer for a moment: it is on its way out.
 */
export async function findDemoInbox(dataDir: string): Promise<InboxAddress | null> {
  const note = await readJson<AddressNote>(addressFile(dataDir));
  if (!note?.smtpUrl || !note.webUrl || !note.owner || !isAlive(note.owner)) return null;
  if (!(await answers(note.webUrl))) return null;
  return { smtpUrl: note.smtpUrl, webUrl: note.webUrl };
}

function forkInbox(mailDirectory: string, { smtp, web }: InboxPorts, log: (line: string) => void): ChildProcess {
  const program = fileURLToPath(new URL('./demo-inbox-process.js', import.meta.url));
  const child = fork(program, [mailDirectory, String(smtp), String(web)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  if (child.stderr) createInterface(child.stderr).on('line', (line) => log(`Demo inbox: ${line}`));
  return child;
}

function untilReady(child: ChildProcess): Promise<InboxPorts> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      child.off('exit', onExit);
      finish();
    };
    const fail = (reason: string) =>
      settle(() => {
        child.kill('SIGKILL');
        reject(new Error(`The demo inbox did not start: ${reason}`));
      });
    const onExit = (code: number | null) => fail(`its process ended with code ${code}`);
    const timer = setTimeout(() => fail(`no answer within ${START_MILLISECONDS} ms`), START_MILLISECONDS);
    child.once('exit', onExit);
    child.on('error', (error) => fail(error.message));
    child.once('message', (ports) => settle(() => resolve(ports as InboxPorts)));
  });
}

/** The process ends by itself as soon as the channel to it is closed. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MILLISECONDS);
  if (child.connected) child.disconnect();
  await exited;
  clearTimeout(timer);
}

function addressFile(dataDir: string): string {
  return join(dataDir, 'inbox.json');
}

async function answers(webUrl: string): Promise<boolean> {
  try {
    const response = await fetch(`${webUrl}/api/healthz`, { signal: AbortSignal.timeout(ANSWER_MILLISECONDS) });
    return response.ok;
  } catch {
    return false;
  }
}
