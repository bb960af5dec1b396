const MINUTE = 60_000;

/** Says that mails wait too long, and since when; null while they do not. Whether that is alarming is for a person to say. */
export function waitingTooLong(
  { count, oldest }: { readonly count: number; readonly oldest: Date | null },
  now: Date,
  minutes: number,
): string | null {
  if (!oldest || now.getTime() - oldest.getTime() <= minutes * MINUTE) return null;
  return `${count} ${count === 1 ? 'mail waits' : 'mails wait'}, the oldest since ${oldest.toISOString()}`;
}
