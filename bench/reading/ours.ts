import { AppModule } from '../../src/app.module.js';
import { SetClock } from '../../src/platform/clock.js';
import { readSettings } from '../../src/platform/config/settings.js';
import { createHttpApp } from '../../src/platform/http/http-app.js';
import { createLogger } from '../../src/platform/logging/logger.js';
import { NOW } from './fill.js';

/** Our server, as it is deployed, but that it listens on any port and tells its parent which. */
const settings = readSettings({
  NODE_ENV: 'test',
  LOG_LEVEL: 'error',
  RATE_LIMIT: '1000000',
  TOKEN_RATE_LIMIT: '1000000',
  PUBLIC_URL: 'http://mithaq.example.org',
  SMTP_URL: 'smtp://127.0.0.1:9',
  ...process.env,
});
const log = createLogger(settings.LOG_LEVEL);
const app = await createHttpApp(AppModule.with({ settings, clock: new SetClock(new Date(NOW)), log }), settings, log);
await app.listen(0, '127.0.0.1');
process.send?.({ url: `${(await app.getUrl()).replace('[::1]', '127.0.0.1')}/graphql` });
process.on('disconnect', () => process.exit());
