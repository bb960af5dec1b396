import { NestFactory } from '@nestjs/core';
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { AppModule } from '../../src/app.module.js';
import { CheckInsService } from '../../src/check-ins/check-ins.service.js';
import { SetClock } from '../../src/platform/clock.js';
import { readSettings } from '../../src/platform/config/settings.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { RemindersService } from '../../src/reminders/reminders.service.js';
import { watchStatements } from './kill-points.js';
import type { End, Order, Told } from './replicas.js';

/**
 * A server's engines in a process of its own, which beats faster than a server does, and ends itself as the kernel
 * would at the first of the steps that it was given.
 */
const settings = readSettings({ ...process.env, NODE_ENV: 'test', LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent' });
const clock = new SetClock(new Date(process.env['NOW'] ?? ''));
const app = await NestFactory.createApplicationContext(
  AppModule.with({ settings, clock, log: createLogger(settings.LOG_LEVEL), serves: false }),
  { logger: false },
);

/** Between two beats. A shorter one takes the machine from the processes that start meanwhile. */
const PAUSE = Number(process.env['PAUSE'] ?? 50);

let points: readonly string[] = [];
let end: End = 'SIGKILL';
let tokens = '';
let working = false;

watchStatements((point) => {
  if (points.includes(point) && isFirstAt(point)) process.kill(process.pid, end);
});

/** Of all replicas that come to a point, one ends there. */
function isFirstAt(point: string): boolean {
  try {
    writeFileSync(`${tokens}/${point}`, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

/** What the timers of a server do. Like them, it goes on when anything went wrong. */
async function beat(): Promise<string[]> {
  const trouble: string[] = [];
  for (const work of [
    () => app.get(CheckInsService).expect(),
    () => app.get(RemindersService).run(),
    () => app.get(MailRelay).deliver(),
  ])
    await work().catch((error: unknown) => trouble.push(String(error)));
  return trouble;
}

async function work(): Promise<void> {
  working = true;
  while (working) {
    await beat();
    await delay(PAUSE);
  }
  tell({ rested: true });
}

function tell(told: Told): void {
  process.send?.(told);
}

process.on('message', (order: Order) => {
  if ('now' in order) clock.set(new Date(order.now));
  else if ('endAt' in order) [points, end, tokens] = [order.endAt, order.by, order.tokens];
  else if (order.do === 'WORK') void work();
  else if (order.do === 'REST') working = false;
  else void beat().then((trouble) => tell({ trouble }));
});
// Whoever started it is gone: so is its purpose.
process.on('disconnect', () => process.exit());
tell({ ready: true });
