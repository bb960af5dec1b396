import { startOfDay, type Day } from './reporting-calendar.js';

/** When a period takes check-ins, as half-open instants: the instant that is named last no longer counts. */
export interface ReportingWindow {
  /** The first instant at which a check-in is taken. */
  readonly opensAt: Date;
  /** A check-in is on time strictly before this instant. */
  readonly dueBefore: Date;
  /** A late check-in is taken strictly before this instant; nothing is taken from it on. */
  readonly closesBefore: Date;
}

/** More time for one institution. The opening stays as it is. */
export interface ReportingExtension {
  readonly dueBefore: Date;
  readonly closesBefore: Date;
}

/** What a check-in filed at an instant would be. NOT_OPEN and CLOSED: it is not taken. */
export type Punctuality = 'NOT_OPEN' | 'ON_TIME' | 'LATE' | 'CLOSED';

/**
 * Where a period stands.
 *
 * - UPCOMING: its first day has not begun.
 * - RUNNING: it has begun, and reporting on it has not opened yet; that includes any days between its end and the opening.
 * - OPEN: check-ins are taken and are on time.
 * - LATE: check-ins are overdue and still taken.
 * - CLOSED: nothing is taken any more.
 */
export type PeriodState = 'UPCOMING' | 'RUNNING' | 'OPEN' | 'LATE' | 'CLOSED';

/** What a check-in filed at `now` would be in this window. Apply an institution's extension first: see `extended`. */
export function punctualityAt(now: Date, window: ReportingWindow): Punctuality {
  if (now < window.opensAt) return 'NOT_OPEN';
  if (now >= window.closesBefore) return 'CLOSED';
  return now < window.dueBefore ? 'ON_TIME' : 'LATE';
}

/** The state of the period at `now`; its first day begins in the plan's time zone. */
export function periodStateAt(
  now: Date,
  period: ReportingWindow & { readonly startsOn: Day },
  timeZone: string,
): PeriodState {
  const punctuality = punctualityAt(now, period);
  if (punctuality === 'NOT_OPEN') return now < startOfDay(period.startsOn, timeZone) ? 'UPCOMING' : 'RUNNING';
  return punctuality === 'ON_TIME' ? 'OPEN' : punctuality;
}

/**
 * The window as it holds for one institution. An extension only ever adds time: an instant earlier than the window's own
 * is ignored, and the close moves with a due instant that passes it.
 */
export function extended(window: ReportingWindow, extension: ReportingExtension | null): ReportingWindow {
  const { opensAt } = window;
  if (!extension) return { opensAt, dueBefore: window.dueBefore, closesBefore: window.closesBefore };
  const dueBefore = latest(window.dueBefore, extension.dueBefore);
  return { opensAt, dueBefore, closesBefore: latest(window.closesBefore, extension.closesBefore, dueBefore) };
}

function latest(...instants: Date[]): Date {
  return new Date(Math.max(...instants.map((instant) => instant.getTime())));
}
