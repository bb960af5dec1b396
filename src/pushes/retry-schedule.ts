const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The pauses between ten attempts, close together at first; just under three days in all. */
const PAUSES = [1 * MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 20 * HOUR];

/** A receiver may ask for more time, but not put us off for ever. */
const LONGEST_WISH = DAY;

/** A webhook whose attempts have all failed for so long is disabled. */
export const GIVE_UP_AFTER = 5 * DAY;

/**
 * When to try again after so many attempts that failed; null when it is given up. Up to a tenth sooner than the table
 * says, so that what failed together does not come back together.
 *
 * @param wish for how many milliseconds the receiver wants to be left alone
 */
export function nextAttempt(
  attempts: number,
  now: Date,
  wish: number | null = null,
  chance: number = Math.random(),
): Date | null {
  const pause = PAUSES[attempts - 1];
  if (pause === undefined) return null;
  const own = pause * (1 - 0.1 * chance);
  return new Date(now.getTime() + Math.round(Math.max(own, Math.min(wish ?? 0, LONGEST_WISH))));
}

/** The milliseconds that a `Retry-After` header asks for, seconds or a date; null when it makes no sense. */
export function wishIn(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  const milliseconds = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now.getTime();
  return milliseconds > 0 ? milliseconds : null;
}
