import { Module, type DynamicModule } from '@nestjs/common';
import { AccountsModule } from './accounts/accounts.module.js';
import { ActionPlansModule } from './action-plans/action-plans.module.js';
import { AssessmentsModule } from './assessments/assessments.module.js';
import { AuditTrailModule } from './audit/audit.module.js';
import { CheckInsModule } from './check-ins/check-ins.module.js';
import { CommitmentsModule } from './commitments/commitments.module.js';
import { exampleQueries } from './example-queries.js';
import { FeedsModule } from './feeds/feeds.module.js';
import { InstitutionsModule } from './institutions/institutions.module.js';
import { InterchangeModule } from './interchange/interchange.module.js';
import ar from './messages/ar.json' with { type: 'json' };
import en from './messages/en.json' with { type: 'json' };
import fr from './messages/fr.json' with { type: 'json' };
import { Messages } from './platform/i18n/messages.js';
import { PlatformModule, type Surroundings } from './platform/platform.module.js';
import { PortalModule } from './portal/portal.module.js';
import { PublicationsModule } from './publications/publications.module.js';
import { RemindersModule } from './reminders/reminders.module.js';
import { RestModule } from './rest/rest.module.js';
import { WorkingGroupsModule } from './working-groups/working-groups.module.js';

/** The features, in the order of their dependencies: each imports only those before it. */
@Module({})
export class AppModule {
  static with(surroundings: Surroundings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.with(surroundings, { messages: new Messages({ en, fr, ar }, 'en'), examples: exampleQueries }),
        InstitutionsModule,
        ActionPlansModule,
        AccountsModule,
        AuditTrailModule,
        WorkingGroupsModule,
        CommitmentsModule,
        CheckInsModule,
        AssessmentsModule,
        RemindersModule,
        PublicationsModule,
        FeedsModule,
        InterchangeModule,
        RestModule,
        PortalModule,
      ],
    };
  }
}
