import { Command } from 'commander';
import { ActionPlansQueries } from '../action-plans/action-plans.queries.js';
import { addDays, type Day } from '../action-plans/reporting-calendar.js';
import { periodStateAt } from '../action-plans/reporting-window.js';
import { ReportingPeriodsQueries } from '../action-plans/reporting-periods.queries.js';
import { holidaysBetween, workingWeekOf, type ReportedPlan } from '../action-plans/working-week.js';
import { Clock } from '../platform/clock.js';
import { withApp } from './command-app.js';
import { table } from './table.js';

export const periods = (): Command =>
  new Command('periods')
    .description('print the reporting periods of a plan: when each opens, is due and closes')
    .argument('<plan>', 'key of the plan, for example greater-salt-2024-2025')
    .option('--json', 'as JSON')
    .action((key: string, options: { json?: boolean }) =>
      withApp(async ({ app, say }) => {
        const plan = await app.get(ActionPlansQueries).byKey(key);
        const now = app.get(Clock).now();
        const found = await app.get(ReportingPeriodsQueries).ofPlan(plan.id);
        const shown = found.map((period) => ({
          key: period.key,
          start: period.startsOn,
          end: addDays(period.endsBefore, -1),
          opens: period.opensOn,
          due: period.dueOn,
          closes: period.closesOn,
          stub: period.isStub,
          state: periodStateAt(now, period, plan.timeZone),
          dueMoved: dueMoved(period, plan),
        }));
        if (options.json) return say(JSON.stringify(shown, null, 2));
        if (shown.length === 0)
          return say(
            `${key} has no reporting periods: its dates or its reporting rules are missing. See: npx mithaq doctor`,
          );
        say(`${key}: days are counted in ${plan.timeZone}; each counts whole.\n`);
        say(
          table(
            ['period', 'first day', 'last day', 'opens', 'due', 'closes', 'now', ''],
            shown.map((row) => [
              row.key,
              row.start,
              row.end,
              row.opens,
              row.due,
              row.closes,
              row.state,
              [row.stub ? 'stub' : '', row.dueMoved].filter(Boolean).join('; '),
            ]),
          ),
        );
      }),
    );

/** Why a period is not due on the day that its rules count to; null when it is. */
export function dueMoved({ endsBefore, dueOn }: { endsBefore: Day; dueOn: Day }, plan: ReportedPlan): string | null {
  if (!plan.reporting) return null;
  const counted = addDays(endsBefore, plan.reporting.dueAfterDays - 1);
  if (counted >= dueOn) return null;
  const [holiday] = holidaysBetween(counted, counted, workingWeekOf(plan).holidays);
  return `due moved from ${counted}: ${holiday?.name ?? 'weekend'}`;
}
