import { AppModule } from '../../dist/src/app.module.js';
import { SetClock } from '../../dist/src/platform/clock.js';
import { readSettings } from '../../dist/src/platform/config/settings.js';
import { createHttpApp } from '../../dist/src/platform/http/http-app.js';
import { createLogger } from '../../dist/src/platform/logging/logger.js';

/**
 * Our server, built as it is deployed, but that it listens on any port and tells its parent which, that its clock stands
 * still, and that its timers rest.
 */
const settings = readSettings({
  LOG_LEVEL: 'error',
  RATE_LIMIT: '1000000',
  TOKEN_RATE_LIMIT: '1000000',
  PUBLIC_URL: 'http://mithaq.example.org',
  MAIL_FROM: 'mithaq@example.org',
  SMTP_URL: 'smtp://127.0.0.1:9',
  ...process.env,
});
const log = createLogger(settings.LOG_LEVEL);
const clock = new SetClock(new Date(process.env['NOW'] ?? ''));
const app = await createHttpApp(AppModule.with({ settings, clock, log }), settings, log);
await app.listen(0, '127.0.0.1');
process.send?.({ url: `${(await app.getUrl()).replace('[::1]', '127.0.0.1')}/graphql` });
process.on('disconnect', () => process.exit());
