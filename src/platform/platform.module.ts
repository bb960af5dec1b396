import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessGuard } from './access/access.guard.js';
import { AuditModule } from './audit/audit.module.js';
import { Clock } from './clock.js';
import { Settings, SettingsRefused } from './config/settings.js';
import { databaseOptions, workingRole } from './database/database.js';
import { Partitions } from './database/partitions.js';
import { FilesModule } from './files/files.module.js';
import { GraphQLApiModule } from './graphql/graphql.module.js';
import type { ExampleQuery } from './graphql/explorer.js';
import { HealthModule } from './health/health.module.js';
import { RunMetrics } from './health/run-metrics.js';
import { Messages } from './i18n/messages.js';
import { ViewerPipe } from './http/viewers.js';
import { Log } from './logging/log.js';
import { MailModule } from './mail/mail.module.js';
import { PagesModule } from './pages/pages.module.js';
import { Shutdown } from './shutdown.js';

/** A pooler hands on no role to work as, and policies that keep drafts apart do not hold a superuser. */
const NO_SUPERUSER_BEHIND_POOLER =
  'DATABASE_URL: must name a user that is neither superuser nor exempt from row-level security, as it leads through a pooler (DATABASE_DIRECT_URL is set)';

/** What the process was started with. */
export interface Surroundings {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  /** False for a process that answers no requests. */
  readonly serves?: boolean;
}

/** Everything that knows nothing about open government. */
@Global()
@Module({})
export class PlatformModule {
  static with(
    { settings, clock, log, serves = true }: Surroundings,
    texts: { messages: Messages; examples: readonly ExampleQuery[] },
  ): DynamicModule {
    return {
      module: PlatformModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: async () => {
            const url = settings.DATABASE_URL ?? '';
            const role = await workingRole(url);
            if (role && settings.DATABASE_DIRECT_URL) throw new SettingsRefused([NO_SUPERUSER_BEHIND_POOLER]);
            return {
              ...databaseOptions(
                url,
                { role },
                { connections: settings.DATABASE_CONNECTIONS, statementSeconds: settings.STATEMENT_TIMEOUT },
                settings.DATABASE_REPLICA_URLS,
              ),
              autoLoadEntities: true,
              retryAttempts: 3,
              retryDelay: 1000,
            };
          },
        }),
        MailModule,
        AuditModule,
        HealthModule,
        PagesModule,
        serves ? GraphQLApiModule.with(texts.examples) : GraphQLApiModule.unserved(),
        FilesModule,
      ],
      providers: [
        { provide: Settings, useValue: settings },
        { provide: Clock, useValue: clock },
        { provide: Log, useValue: log },
        { provide: Messages, useValue: texts.messages },
        { provide: APP_GUARD, useClass: AccessGuard },
        ViewerPipe,
        RunMetrics,
        Partitions,
        Shutdown,
      ],
      exports: [Settings, Clock, Log, Messages, RunMetrics, Partitions, Shutdown],
    };
  }
}
