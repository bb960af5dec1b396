import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ActionPlansQueries } from './action-plans/action-plans.queries.js';
import { CheckInsService } from './check-ins/check-ins.service.js';
import { PlanImportService } from './interchange/plan-import.service.js';
import { Viewer } from './platform/access/viewer.js';
import { migrate } from './platform/database/database.js';
import type { Provided } from './platform/embedded/surroundings.js';
import { closeHttpApp, createHttpApp } from './platform/http/http-app.js';
import type { Log } from './platform/logging/log.js';
import { clearUpAfterLoading } from './platform/memory.js';
import { ServerModule } from './server.module.js';

const DEMO_PLAN = new URL('../../plans/greater-salt-2024-2025.json', import.meta.url);

export interface Application {
  readonly address: string;
  /** Finishes the requests under way and lets go of the database. */
  close(): Promise<void>;
}

/** Brings the schema up to date and serves. */
export async function startApplication({ settings, clock }: Provided, log: Log): Promise<Application> {
  const ran = await migrate(settings.directUrl);
  if (ran.length > 0) log.info({ migrations: ran }, 'The database schema was brought up to date');
  const app = await createHttpApp(ServerModule.with({ settings, clock, log }), settings, log);
  try {
    await app.init();
    if (!settings.production) await loadDemoPlan(app.get(ActionPlansQueries), app.get(PlanImportService));
    await app.get(CheckInsService).expect();
    // Before the first request, which would wait for it.
    if (settings.production) clearUpAfterLoading();
    await app.listen(settings.PORT, settings.HOST);
    return { address: await app.getUrl(), close: () => closeHttpApp(app) };
  } catch (error) {
    await closeHttpApp(app);
    throw error;
  }
}

/** The plan of Greater Salt gives an empty database something to show; a production database stays empty. */
async function loadDemoPlan(plans: ActionPlansQueries, imports: PlanImportService): Promise<void> {
  if ((await plans.keys()).length > 0) return;
  await imports.import(Viewer.system('first-start'), await readFile(fileURLToPath(DEMO_PLAN), 'utf8'));
}
