import { NestFactory } from '@nestjs/core';
import { AppModule } from '../../src/app.module.js';
import { SetClock } from '../../src/platform/clock.js';
import { readSettings } from '../../src/platform/config/settings.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { ProgressFiles } from '../../src/publications/progress-files.js';

/** Writes the check-ins of a plan in a process of its own, whose memory is its own, and says how much each file took. */
const settings = readSettings({ ...process.env, NODE_ENV: 'test', LOG_LEVEL: 'silent' });
const clock = new SetClock(new Date(process.env['NOW'] ?? ''));
const app = await NestFactory.createApplicationContext(
  AppModule.with({ settings, clock, log: createLogger(settings.LOG_LEVEL), serves: false }),
  { logger: false },
);
const files = app.get(ProgressFiles);
const file = await files.find(process.env['PLAN'] ?? '', { table: 'check-ins' });

async function written(content: AsyncIterable<Uint8Array>): Promise<object> {
  const before = process.memoryUsage().rss;
  const begun = process.hrtime.bigint();
  let [peak, bytes, lines] = [before, 0, 0];
  for await (const piece of content) {
    bytes += piece.length;
    for (const byte of piece) if (byte === 10) lines += 1;
    peak = Math.max(peak, process.memoryUsage().rss);
  }
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  return { lines, megabytes: bytes / 1e6, grown: (peak - before) / 1e6, seconds };
}

const csv = await written(files.csv(file));
const xlsx = await written(files.xlsx(file));
await app.close();
process.send?.({ csv, xlsx });
process.disconnect();
