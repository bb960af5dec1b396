const MINUTE = 60_000;
const LONGEST_PAUSE = 4 * 60 * MINUTE;

/** Doubles from one minute to four hours, with a fifth of chance so that many mails do not come back at once. */
export function pauseAfter(attempts: number, chance: number = Math.random()): number {
  const pause = Math.min(MINUTE * 2 ** (attempts - 1), LONGEST_PAUSE);
  return Math.round(pause * (0.9 + chance * 0.2));
}
