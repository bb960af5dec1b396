import { NestFactory } from '@nestjs/core';
import { AppModule } from '../../src/app.module.js';
import { CheckInsService } from '../../src/check-ins/check-ins.service.js';
import { SetClock } from '../../src/platform/clock.js';
import { readSettings } from '../../src/platform/config/settings.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { MailRelay } from '../../src/platform/mail/mail-relay.js';
import { RemindersService } from '../../src/reminders/reminders.service.js';

/**
 * The engine of the reminders as a process of its own, which a test may kill at any moment. It says when it is ready,
 * does the steps that it is told to do, and says after each that it is done.
 */
export type Step = 'run' | 'deliver';

const settings = readSettings({ ...process.env, NODE_ENV: 'test', LOG_LEVEL: 'silent' });
const clock = new SetClock(new Date(process.env['NOW'] ?? ''));
const app = await NestFactory.createApplicationContext(
  AppModule.with({ settings, clock, log: createLogger(settings.LOG_LEVEL), serves: false }),
  { logger: false },
);
const steps: Record<Step, () => Promise<unknown>> = {
  run: async () => {
    await app.get(CheckInsService).expect();
    await app.get(RemindersService).run();
  },
  deliver: () => app.get(MailRelay).deliver(),
};
process.on('message', (step: Step) => void steps[step]().then(() => process.send?.(step)));
// Whoever started it is gone: so is its purpose.
process.on('disconnect', () => process.exit());
process.send?.('ready');
