import { Command } from 'commander';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { localMinute } from '../action-plans/reporting-calendar.js';
import { ReportingPeriodsQueries } from '../action-plans/reporting-periods.queries.js';
import { InstitutionsQueries } from '../institutions/institutions.queries.js';
import { Clock } from '../platform/clock.js';
import { Messages } from '../platform/i18n/messages.js';
import { explained } from '../reminders/reminder-explanation.js';
import { ReminderScheduleQueries } from '../reminders/reminder-schedule.queries.js';
import type { ScheduledReminder } from '../reminders/reminder-schedule.js';
import { COMMAND_LANGUAGE, withApp, type CommandContext } from './command-app.js';
import { instant } from './instant.js';

interface RemindersOptions {
  readonly from?: Date;
  readonly until?: Date;
  readonly institution?: string;
  readonly period?: string;
  readonly address?: string;
  readonly json?: boolean;
}

const DAY = 24 * 3_600_000;
const USUAL_DAYS = 30;

export const reminders = (): Command =>
  new Command('reminders')
    .description('what was sent and what is planned, to whom, and why somebody got a reminder or did not')
    .argument('<plan>', 'key of the plan')
    .option('--from <instant>', `from this instant on; ${USUAL_DAYS} days ago when left out`, instant)
    .option('--until <instant>', `up to this instant; ${USUAL_DAYS} days ahead when left out`, instant)
    .option('--institution <key>', 'only about this institution')
    .option('--period <key>', 'only about this period')
    .option('--address <address>', 'only to this address')
    .option('--json', 'as JSON')
    .action((plan: string, options: RemindersOptions) => withApp((context) => show(context, plan, options)));

async function show({ app, say }: CommandContext, key: string, options: RemindersOptions): Promise<void> {
  const plans = app.get(ActionPlansQueries);
  const plan = await plans.byKey(key);
  const period = options.period ? await app.get(ReportingPeriodsQueries).byKey(plan.id, options.period) : null;
  const now = app.get(Clock).now().getTime();
  const found = await app.get(ReminderScheduleQueries).of({
    planId: plan.id,
    from: options.from ?? new Date(now - USUAL_DAYS * DAY),
    until: options.until ?? new Date(now + USUAL_DAYS * DAY),
    institutionId: options.institution ? await plans.institutionId(plan, options.institution, 'institution') : null,
    periodId: period?.id ?? null,
    address: options.address?.toLowerCase() ?? null,
  });
  const names = await namesOf(app, plan.id, found);
  const messages = app.get(Messages);
  const shown = found.map(({ row: _, periodId, institutionId, workingGroupId: __, ...reminder }, at) => ({
    ...reminder,
    period: names.get(periodId ?? '') ?? null,
    institution: names.get(institutionId ?? '') ?? null,
    explanation: explained(messages, COMMAND_LANGUAGE, found[at] as ScheduledReminder),
  }));
  if (options.json) return say(JSON.stringify(shown, null, 2));
  say(`Times are those of ${plan.timeZone}.\n`);
  for (const { plannedAt, status, rule, address, institution, period: of, explanation } of shown) {
    const about = [institution, of].filter(Boolean).join(', ');
    say(
      `${localMinute(plannedAt, plan.timeZone)}  ${status.padEnd(17)}  ${rule.padEnd(20)}  ${about}${address ? `  ${address}` : ''}`,
    );
    say(`    ${explanation}`);
  }
  say(shown.length === 0 ? 'Nothing is planned and nothing was recorded in that time.' : `\n${shown.length} in all.`);
}

/** Keys by id, of the periods and institutions that are spoken of. */
async function namesOf(
  app: CommandContext['app'],
  planId: string,
  found: readonly ScheduledReminder[],
): Promise<Map<string, string>> {
  const periods = await app.get(ReportingPeriodsQueries).ofPlan(planId);
  const ids = [...new Set(found.flatMap(({ institutionId }) => institutionId ?? []))];
  const institutions = await app.get(InstitutionsQueries).byIds(ids);
  return new Map([...periods, ...institutions].map(({ id, key }) => [id, key]));
}
