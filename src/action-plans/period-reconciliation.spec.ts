import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reconcilePeriods, type ExistingPeriod, type PeriodReconciliation } from './period-reconciliation.js';
import { addDays, type ReportingRules } from './reporting-calendar.js';
import { reportingPeriods, type ReportingPeriodDates } from './reporting-periods.js';

const quarters: ReportingRules = {
  timeZone: 'Asia/Amman',
  cadence: { months: 3, countedFrom: 'CALENDAR' },
  opensAfterDays: 1,
  dueAfterDays: 14,
  closesAfterDays: 45,
  weekend: [5, 6],
  holidays: [],
};
const fromStart: ReportingRules = { ...quarters, cadence: { months: 3, countedFrom: 'PLAN_START' } };
const year = { startsOn: '2024-01-01', endsBefore: '2025-01-01' };
const nothing = { keep: [], remove: [], change: [], add: [] };

/** Holds the periods as a table would, and refuses what its unique index would refuse. */
class Periods {
  private next = 1;
  rows: ExistingPeriod[] = [];

  apply({ keep, remove, change, add }: PeriodReconciliation): this {
    for (const { id } of keep) this.replace(id, { withdrawn: true });
    this.rows = this.rows.filter(({ id }) => !remove.includes(id));
    for (const { id, to } of change) this.replace(id, { ...to, withdrawn: false });
    for (const dates of add) this.insert(dates);
    return this;
  }

  become(computed: readonly ReportingPeriodDates[]): PeriodReconciliation {
    const done = reconcilePeriods(this.rows, computed);
    this.apply(done);
    return done;
  }

  file(...keys: string[]): this {
    for (const { id } of this.live().filter(({ key }) => keys.includes(key))) this.replace(id, { filed: true });
    return this;
  }

  live(): ExistingPeriod[] {
    return this.rows
      .filter(({ withdrawn }) => !withdrawn)
      .sort((one, other) => (one.startsOn < other.startsOn ? -1 : 1));
  }

  private insert(dates: ReportingPeriodDates): void {
    this.rows = [...this.rows, { ...dates, id: `id-${this.next++}`, filed: false, withdrawn: false }];
    this.refuseSharedKeys();
  }

  private replace(id: string, values: Partial<ExistingPeriod>): void {
    this.rows = this.rows.map((row) => (row.id === id ? { ...row, ...values } : row));
    this.refuseSharedKeys();
  }

  private refuseSharedKeys(): void {
    const keys = this.live().map(({ key }) => key);
    if (new Set(keys).size < keys.length) throw new Error(`A key is used twice: ${keys.join(', ')}`);
  }
}

const dates = ({ id: _id, filed: _filed, withdrawn: _withdrawn, ...rest }: ExistingPeriod): ReportingPeriodDates =>
  rest;
const planOf = (span: typeof year, rules: ReportingRules): Periods => {
  const periods = new Periods();
  periods.become(reportingPeriods(span, rules));
  return periods;
};

describe('reconciling the periods of a plan', () => {
  it('adds all of them the first time, and then has nothing to do', () => {
    const computed = reportingPeriods(year, quarters);
    expect(reconcilePeriods([], computed)).toEqual({ ...nothing, add: computed });
    expect(planOf(year, quarters).become(computed)).toEqual(nothing);
  });

  it('changes a period in place when its dates move, filed or not', () => {
    const periods = planOf(year, quarters).file('2024-Q1');
    const done = periods.become(
      reportingPeriods({ ...year, startsOn: '2024-02-08' }, { ...quarters, dueAfterDays: 20 }),
    );
    expect(done).toMatchObject({ keep: [], remove: [], add: [] });
    expect(done.change.map(({ id }) => id)).toEqual(['id-1', 'id-2', 'id-3', 'id-4']);
    expect(periods.rows[0]).toMatchObject({ id: 'id-1', key: '2024-Q1', startsOn: '2024-02-08', filed: true });
  });

  it('changes the instants when only the time zone was corrected', () => {
    const done = planOf(year, quarters).become(reportingPeriods(year, { ...quarters, timeZone: 'UTC' }));
    expect(done.change).toHaveLength(4);
  });

  it('removes what a shorter plan no longer has, unless something was filed on it', () => {
    const periods = planOf(year, quarters).file('2024-Q3');
    const done = periods.become(reportingPeriods({ ...year, endsBefore: '2024-07-01' }, quarters));
    expect(done).toEqual({ ...nothing, keep: [{ id: 'id-3', reason: 'OUTSIDE_PLAN' }], remove: ['id-4'] });
  });

  it('brings a withdrawn period back when the plan is extended again', () => {
    const periods = planOf(year, quarters).file('2024-Q3');
    periods.become(reportingPeriods({ ...year, endsBefore: '2024-07-01' }, quarters));
    const done = periods.become(reportingPeriods(year, quarters));
    expect(done.change.map(({ id }) => id)).toEqual(['id-3']);
    expect(done.add.map(({ key }) => key)).toEqual(['2024-Q4']);
    expect(periods.live().map(({ id }) => id)).toEqual(['id-1', 'id-2', 'id-3', 'id-5']);
  });

  it('keeps filed quarters beside the half-years that replace them', () => {
    const periods = planOf(year, quarters).file('2024-Q1');
    const done = periods.become(
      reportingPeriods(year, { ...quarters, cadence: { months: 6, countedFrom: 'CALENDAR' } }),
    );
    expect(done.keep).toEqual([{ id: 'id-1', reason: 'DIVIDED_DIFFERENTLY' }]);
    expect(done.remove).toEqual(['id-2', 'id-3', 'id-4']);
    expect(done.add.map(({ key }) => key)).toEqual(['2024-H1', '2024-H2']);
  });

  it('recognises a filed period by its days when it is only counted otherwise', () => {
    const periods = planOf(year, quarters).file('2024-Q1', '2024-Q2');
    const done = periods.become(reportingPeriods(year, fromStart));
    expect(done.change.map(({ id, to }) => [id, to.key])).toEqual([
      ['id-1', 'Y1-Q1'],
      ['id-2', 'Y1-Q2'],
    ]);
    expect(done.keep).toEqual([]);
  });

  it('does not move what was filed about one quarter to another one that now has its key', () => {
    const periods = planOf(year, fromStart).file('Y1-Q1', 'Y1-Q2', 'Y1-Q3');
    periods.become(reportingPeriods({ ...year, startsOn: '2024-04-01' }, fromStart));
    expect(periods.live().map(({ id, key, startsOn }) => [id, key, startsOn])).toEqual([
      ['id-2', 'Y1-Q1', '2024-04-01'],
      ['id-3', 'Y1-Q2', '2024-07-01'],
      [expect.any(String), 'Y1-Q3', '2024-10-01'],
    ]);
    expect(periods.rows.find(({ id }) => id === 'id-1')).toMatchObject({ startsOn: '2024-01-01', withdrawn: true });
  });

  it('renames in an order that never uses a key twice, whichever way the plan’s start moves', () => {
    const later = { ...year, startsOn: '2024-04-01' };
    const periods = planOf(later, fromStart).file('Y1-Q1', 'Y1-Q2', 'Y1-Q3');
    periods.become(reportingPeriods(year, fromStart));
    expect(periods.live().map(({ key }) => key)).toEqual(['Y1-Q1', 'Y1-Q2', 'Y1-Q3', 'Y1-Q4']);
    expect(periods.live().map(({ filed }) => filed)).toEqual([false, true, true, true]);
  });
});

// Few enough to stay quick; raise it after a change to the rule.
const numRuns = 40;

describe('whatever is edited', () => {
  const plan = fc
    .record({
      start: fc.oneof(
        fc.constantFrom('2024-01-01', '2024-04-01', '2024-07-01', '2025-01-01'),
        fc.integer({ min: 0, max: 500 }).map((days) => addDays('2023-12-01', days)),
      ),
      length: fc.integer({ min: 1, max: 800 }),
      cadence: fc.oneof(
        fc.record({ months: fc.constantFrom(1, 2, 3, 4, 6, 12), countedFrom: fc.constant('CALENDAR' as const) }),
        fc.record({ months: fc.constantFrom(1, 3, 5, 6, 7), countedFrom: fc.constant('PLAN_START' as const) }),
      ),
      dueAfterDays: fc.integer({ min: 1, max: 30 }),
      filed: fc.array(fc.nat(30), { maxLength: 8 }),
    })
    .map(({ start, length, cadence, dueAfterDays, filed }) => ({
      computed: reportingPeriods(
        { startsOn: start, endsBefore: addDays(start, length) },
        { ...quarters, cadence, dueAfterDays },
      ),
      filed,
    }));
  const history = fc.array(plan, { minLength: 1, maxLength: 5 });

  /** Walks a plan through its edits, filing on some periods after each, and looks at it after every edit. */
  const walk = (
    edits: { computed: ReportingPeriodDates[]; filed: number[] }[],
    look: (periods: Periods, computed: ReportingPeriodDates[], before: readonly ExistingPeriod[]) => void,
  ) => {
    const periods = new Periods();
    for (const { computed, filed } of edits) {
      const before = periods.rows;
      periods.become(computed);
      look(periods, computed, before);
      periods.file(...filed.flatMap((index) => periods.live()[index]?.key ?? []));
    }
  };

  it('the periods that are not withdrawn are exactly the computed ones, and doing it again does nothing', () => {
    fc.assert(
      fc.property(history, (edits) => {
        walk(edits, (periods, computed) => {
          expect(periods.live().map(dates)).toEqual(computed);
          expect(reconcilePeriods(periods.rows, computed)).toEqual(nothing);
        });
      }),
      { numRuns },
    );
  });

  it('a filed period is never lost and never moves to days it did not touch', () => {
    fc.assert(
      fc.property(history, (edits) => {
        walk(edits, (periods, _computed, before) => {
          for (const filed of before.filter((period) => period.filed)) {
            const after = periods.rows.find(({ id }) => id === filed.id);
            expect(after).toMatchObject({ filed: true });
            expect(after && after.startsOn < filed.endsBefore && filed.startsOn < after.endsBefore).toBe(true);
          }
        });
      }),
      { numRuns },
    );
  });

  it('nothing is both withdrawn and without filings', () => {
    fc.assert(
      fc.property(history, (edits) => {
        walk(edits, (periods) => {
          expect(periods.rows.filter(({ filed, withdrawn }) => withdrawn && !filed)).toEqual([]);
        });
      }),
      { numRuns },
    );
  });
});
