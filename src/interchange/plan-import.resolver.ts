import { Args, Field, InputType, Int, Mutation, ObjectType, Resolver } from '@nestjs/graphql';
import { ActionPlanType } from '../action-plans/action-plan.type.js';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Text } from '../platform/graphql/input-rules.js';
import { CurrentViewer, Languages } from '../platform/graphql/loaders.js';
import { Messages } from '../platform/i18n/messages.js';
import type { Language } from '../platform/i18n/text.js';
import { PlanImportService } from './plan-import.service.js';

const SHOWN = 200;

@InputType({ description: 'A whole plan as a file.' })
export class PlanImportInput {
  @Field(() => String, {
    description:
      'The plan file: JSON of the format mithaq-plan/1, as text. Over HTTP at most about 1 MB; larger files through `mithaq plan import`.',
  })
  file!: string;
  @Field(() => Boolean, { defaultValue: false, description: 'True: say what would change and change nothing.' })
  dryRun!: boolean;
  @Field(() => String, {
    nullable: true,
    description:
      'Why due dates move that the file moves, for everybody to read; at most 2,000 characters. Null: that a plan file says so, in the language of the plan.',
  })
  @Text(2000, { optional: true })
  reason?: string | null;
}

@ObjectType({ description: 'One difference between the stored plan and the file.' })
export class PlanChangeType {
  @Field(() => String, { description: 'Where, as a JSON path; items of lists by their key or number.' }) path!: string;
  @Field(() => String, { nullable: true, description: 'What was stored, as JSON; null where it is new.' }) before!:
    string | null;
  @Field(() => String, { nullable: true, description: 'What the file says, as JSON; null where it is gone.' }) after!:
    string | null;
}

@ObjectType({ description: 'Something worth knowing of an import.' })
export class PlanImportNoteType {
  @Field(() => String, { description: 'What it is about, as a JSON path.' }) path!: string;
  @Field(() => String, { description: 'A sentence in the language of the caller.' }) message!: string;
}

@ObjectType({ description: 'What the file changed.' })
export class PlanImportPayload {
  @Field(() => ActionPlanType, { nullable: true, description: 'The plan; null after a dry run of a new one.' })
  plan!: ActionPlanType | null;
  @Field(() => Int, { description: 'Number of differences; 0: the file says what is stored already.' })
  changeCount!: number;
  @Field(() => [PlanChangeType], { description: 'The first 200 differences.' }) changes!: PlanChangeType[];
  @Field(() => [PlanImportNoteType], {
    description:
      'What stays although the file no longer has it, and what changes beyond the plan: in how many closed periods which commitments are owed by others. The first 200.',
  })
  notes!: PlanImportNoteType[];
}

@Resolver()
export class PlanImportResolver {
  constructor(
    private readonly imports: PlanImportService,
    private readonly plans: ActionPlansQueries,
    private readonly messages: Messages,
  ) {}

  @Mutation(() => PlanImportPayload, {
    description:
      'Takes a whole plan from a file, or nothing of it; filed check-ins are never lost. For administrators. BAD_USER_INPUT names everything that is wrong by its JSON path.',
  })
  async planImport(
    @CurrentViewer() viewer: Viewer,
    @Languages() languages: readonly Language[],
    @Args('input', { description: 'The file.' }) { file, dryRun, reason }: PlanImportInput,
  ): Promise<PlanImportPayload> {
    const report = await this.imports.import(viewer, file, { dryRun, reason: reason ?? undefined });
    const language = this.messages.languageFor(languages);
    return {
      plan: report.dryRun && report.isNew ? null : ((await this.plans.byKey(report.plan)) as never),
      changeCount: report.changes.length,
      changes: report.changes
        .slice(0, SHOWN)
        .map(({ path, before, after }) => ({ path, before: asJson(before), after: asJson(after) })),
      notes: [...report.consequences, ...report.kept]
        .slice(0, SHOWN)
        .map(({ path, key, args }) => ({ path, message: this.messages.say(language, key, args) })),
    };
  }
}

const asJson = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
