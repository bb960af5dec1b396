/** How long a link is good for. */
export const LINK_MINUTES = 15;
/** How long a session lasts at most, and how long without being used. */
export const SESSION_DAYS = 30;
export const SESSION_IDLE_DAYS = 14;
/** How many links may be asked for in an hour. */
export const PER_ADDRESS = 5;
export const PER_NETWORK = 30;

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const before = (instant: Date, milliseconds: number): Date => new Date(instant.getTime() - milliseconds);
export const after = (instant: Date, milliseconds: number): Date => new Date(instant.getTime() + milliseconds);
