import type { ReportingPeriodDates, ReportingSpan } from './reporting-periods.js';

/** A period as the plan holds it now. */
export interface ExistingPeriod extends ReportingPeriodDates {
  readonly id: string;
  /** Something that must not be lost hangs on it: a filed check-in, a sent reminder or a publication. */
  readonly filed: boolean;
  /** Kept by an earlier reconciliation although it is no longer one of the periods that tile the plan. */
  readonly withdrawn: boolean;
}

/**
 * Why a period with filings no longer tiles the plan. OUTSIDE_PLAN: the plan no longer covers its days.
 * DIVIDED_DIFFERENTLY: its days now belong to other periods.
 */
export type WithdrawalReason = 'OUTSIDE_PLAN' | 'DIVIDED_DIFFERENTLY';

/**
 * What to do to a plan's periods so that they are the newly computed ones. Nothing to do: four empty lists.
 *
 * Keys are unique among the periods that are not withdrawn; a withdrawn one may share its key with a new one. No step
 * ever takes a key that is in use when the lists are applied in this order: keep, remove, change (in its order), add.
 */
export interface PeriodReconciliation {
  /** Filed on, so neither removed nor moved to other days: to be marked as withdrawn. Only newly withdrawn ones. */
  readonly keep: readonly { readonly id: string; readonly reason: WithdrawalReason }[];
  /** Ids of periods that nothing hangs on and that the plan no longer has. */
  readonly remove: readonly string[];
  /** Takes all of the new dates and the new key, and is no longer withdrawn if it was. */
  readonly change: readonly { readonly id: string; readonly to: ReportingPeriodDates }[];
  readonly add: readonly ReportingPeriodDates[];
}

type SamePeriod = (existing: ExistingPeriod, computed: ReportingPeriodDates) => boolean;

/**
 * What is filed was filed about certain days, so a period with filings is first recognised by its days, whatever its
 * key: switching to another way of counting must not ask for the same quarter again. Then a key is trusted as long as
 * the days still overlap: an edited start or end. A key alone decides only where nothing has been filed: counted from
 * the plan's start, `Y1-Q1` can come to mean other months.
 */
const RECOGNISED_BY: readonly SamePeriod[] = [
  (existing, computed) => existing.filed && sameDays(existing, computed),
  (existing, computed) => existing.filed && existing.key === computed.key && overlap(existing, computed),
  (existing, computed) => !existing.filed && existing.key === computed.key,
];

/** What to do when a plan's dates, cadence, holidays or deadlines were edited. Never loses a period with filings. */
export function reconcilePeriods(
  existing: readonly ExistingPeriod[],
  computed: readonly ReportingPeriodDates[],
): PeriodReconciliation {
  const matches = matched(existing, computed);
  const taken = new Set(matches.values());
  const unmatched = existing.filter((period) => !matches.has(period));
  return {
    keep: unmatched
      .filter(({ filed, withdrawn }) => filed && !withdrawn)
      .map((period) => ({ id: period.id, reason: reasonFor(period, computed) })),
    remove: unmatched.filter(({ filed }) => !filed).map(({ id }) => id),
    change: freeingKeysFirst([...matches].filter(([from, to]) => from.withdrawn || !sameDates(from, to))).map(
      ([{ id }, to]) => ({ id, to }),
    ),
    add: computed.filter((period) => !taken.has(period)),
  };
}

function matched(existing: readonly ExistingPeriod[], computed: readonly ReportingPeriodDates[]) {
  const matches = new Map<ExistingPeriod, ReportingPeriodDates>();
  const free = new Set(computed);
  // A withdrawn period comes back only where no other one answers for the same days.
  const candidates = [...existing].sort((one, other) => Number(one.withdrawn) - Number(other.withdrawn));
  for (const same of RECOGNISED_BY) {
    for (const period of candidates.filter((candidate) => !matches.has(candidate))) {
      const found = [...free].find((target) => same(period, target));
      if (!found) continue;
      matches.set(period, found);
      free.delete(found);
    }
  }
  return matches;
}

/**
 * Renamed periods follow one another (`Y1-Q2` becomes `Y1-Q1`, `Y1-Q3` becomes `Y1-Q2`, or the other way round), and
 * the one that holds a key has to give it up before the next one takes it.
 */
function freeingKeysFirst(
  changes: readonly [ExistingPeriod, ReportingPeriodDates][],
): readonly [ExistingPeriod, ReportingPeriodDates][] {
  const ordered: [ExistingPeriod, ReportingPeriodDates][] = [];
  let waiting = [...changes];
  while (waiting.length > 0) {
    const held = new Map(waiting.filter(([from]) => !from.withdrawn).map(([from]) => [from.key, from]));
    const ready = waiting.filter(([from, to]) => (held.get(to.key) ?? from) === from);
    // Keys follow the order of time before and after, so they cannot be swapped in a circle.
    if (ready.length === 0) throw new RangeError('These periods have no order in which their keys can be changed.');
    ordered.push(...ready);
    waiting = waiting.filter((change) => !ready.includes(change));
  }
  return ordered;
}

function reasonFor(period: ReportingSpan, computed: readonly ReportingSpan[]): WithdrawalReason {
  return computed.some((other) => overlap(period, other)) ? 'DIVIDED_DIFFERENTLY' : 'OUTSIDE_PLAN';
}

function sameDays(one: ReportingSpan, other: ReportingSpan): boolean {
  return one.startsOn === other.startsOn && one.endsBefore === other.endsBefore;
}

function overlap(one: ReportingSpan, other: ReportingSpan): boolean {
  return one.startsOn < other.endsBefore && other.startsOn < one.endsBefore;
}

function sameDates(one: ReportingPeriodDates, other: ReportingPeriodDates): boolean {
  return (
    one.key === other.key &&
    sameDays(one, other) &&
    one.opensOn === other.opensOn &&
    one.dueOn === other.dueOn &&
    one.closesOn === other.closesOn &&
    one.isStub === other.isStub &&
    // Compared as well as the days: a corrected time zone moves the instants and leaves the days alone.
    one.opensAt.getTime() === other.opensAt.getTime() &&
    one.dueBefore.getTime() === other.dueBefore.getTime() &&
    one.closesBefore.getTime() === other.closesBefore.getTime()
  );
}
