/**
 * Calendar arithmetic as naive as it gets, written apart from that of the service so that both can be wrong only
 * independently: days are counted one by one, zones are asked of `Intl`.
 */
const DAY = 86_400_000;
const MINUTE = 60_000;

const utcOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);

const countedDays = new Map<string, string>();

export function dayLater(day: string, days: number): string {
  const name = `${day} ${days}`;
  const found = countedDays.get(name) ?? new Date(utcOf(day) + days * DAY).toISOString().slice(0, 10);
  countedDays.set(name, found);
  return found;
}

/** 1 is Monday, 7 is Sunday. */
export const weekdayOf = (day: string): number => new Date(utcOf(day)).getUTCDay() || 7;

export interface Week {
  readonly weekend: readonly number[];
  readonly holidays: readonly { readonly date: string }[];
}

const isWorked = (day: string, { weekend, holidays }: Week): boolean =>
  !weekend.includes(weekdayOf(day)) && !holidays.some(({ date }) => date === day);

export function workingDaysLater(day: string, days: number, week: Week): string {
  let reached = day;
  for (let left = Math.abs(days); left > 0;) {
    reached = dayLater(reached, days < 0 ? -1 : 1);
    if (isWorked(reached, week)) left -= 1;
  }
  return reached;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What clocks in the zone show at the instant, as if it were an instant of UTC. */
function shownAt(instant: number, zone: string): number {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-CA-u-ca-gregory-nu-latn', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
  formats.set(zone, format);
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  return Date.parse(`${parts['year']}-${parts['month']}-${parts['day']}T${parts['hour']}:${parts['minute']}:00Z`);
}

export const dayIn = (instant: number, zone: string): string =>
  new Date(shownAt(instant, zone)).toISOString().slice(0, 10);

const known = new Map<string, number>();

/** The first instant at which clocks show it; where they jump over it, as long after the jump as it is into it. */
export function instantOf(day: string, time: string, zone: string): number {
  const name = `${day} ${time} ${zone}`;
  const before = known.get(name);
  if (before !== undefined) return before;
  const wanted = Date.parse(`${day}T${time}:00Z`);
  const offsets = [wanted - DAY, wanted + DAY].map((around) => {
    const whole = Math.floor(around / MINUTE) * MINUTE;
    return shownAt(whole, zone) - whole;
  });
  const showing = offsets.map((offset) => wanted - offset).filter((instant) => shownAt(instant, zone) === wanted);
  const found = showing.length > 0 ? Math.min(...showing) : wanted - (offsets[0] ?? 0);
  known.set(name, found);
  return found;
}
