/** What an answer of a mail server means for the mail, and for the address that it was to go to. */
export interface SmtpVerdict {
  readonly result: 'TEMPORARY' | 'PERMANENT';
  /** Whether it says that nothing will ever arrive at this address. */
  readonly addressIsBad: boolean;
}

/** Where in the conversation the answer came: before `RCPT` it cannot be about the recipient. */
export type SmtpStage = 'BEFORE' | 'RCPT' | 'DATA';

export interface SmtpAnswer {
  readonly stage: SmtpStage;
  /** The reply code of RFC 5321. Without one nobody answered. */
  readonly code: number | null;
  /** The enhanced status code of RFC 3463, such as 5.1.1, where the server gave one. */
  readonly status: string | null;
}

const TRY_AGAIN: SmtpVerdict = { result: 'TEMPORARY', addressIsBad: false };
const REFUSED: SmtpVerdict = { result: 'PERMANENT', addressIsBad: false };
const NO_SUCH_ADDRESS: SmtpVerdict = { result: 'PERMANENT', addressIsBad: true };

interface Row {
  /** Any stage when left out. */
  readonly at?: readonly SmtpStage[];
  /** Any code when left out. */
  readonly codes?: readonly number[];
  /** Beginning of the enhanced status code; without one the row is also for servers that give none. */
  readonly status?: readonly string[];
  readonly means: SmtpVerdict;
  readonly because: string;
}

/** Refusals for good, 5yz. The first row that fits decides. */
const REFUSALS: readonly Row[] = [
  // What is our own fault, or our provider's, is mended here and not at the recipient's.
  { at: ['BEFORE'], status: ['5.3.4'], means: REFUSED, because: 'the mail is too large' },
  { at: ['BEFORE'], means: TRY_AGAIN, because: 'greeting, sign-in or sender: nothing was said about the recipient' },
  { codes: [530, 534, 535, 538], means: TRY_AGAIN, because: 'it wants us to sign in (RFC 4954)' },
  { codes: [503], means: TRY_AGAIN, because: 'commands out of order' },
  { status: ['5.1.7', '5.1.8'], means: TRY_AGAIN, because: 'our own address as the sender' },
  // The address.
  { status: ['5.1.'], means: NO_SUCH_ADDRESS, because: 'no such mailbox or domain, moved, or not an address' },
  { status: ['5.2.1'], means: NO_SUCH_ADDRESS, because: 'the mailbox is disabled' },
  { at: ['RCPT'], status: ['5.4.1'], means: NO_SUCH_ADDRESS, because: 'how Exchange Online says "no such recipient"' },
  // The mail, or what the receiving side wants.
  {
    status: ['5.'],
    means: REFUSED,
    because: 'full, too large, not routed, content or policy: the address may be good',
  },
  // Servers that give no enhanced status code.
  { at: ['RCPT'], codes: [552], means: TRY_AGAIN, because: 'RFC 5321, 4.5.3.1.10: to be read as 452' },
  { at: ['RCPT'], codes: [501, 550, 551, 553, 556], means: NO_SUCH_ADDRESS, because: 'said of the recipient' },
  { means: REFUSED, because: 'said of the mail' },
];

/** @returns what the answer means; the table above is all there is to know */
export function verdictOn(answer: SmtpAnswer): SmtpVerdict {
  if (answer.code === null || answer.code < 500) return TRY_AGAIN;
  return REFUSALS.find((row) => fits(row, answer))?.means ?? REFUSED;
}

const fits = ({ at, codes, status }: Row, answer: SmtpAnswer): boolean =>
  (!at || at.includes(answer.stage)) &&
  (!codes || (answer.code !== null && codes.includes(answer.code))) &&
  (!status || status.some((start) => answer.status !== null && beginsWith(answer.status, start)));

/** 5.1. begins 5.1.1; 5.1.7 is 5.1.7 and not 5.1.70. */
const beginsWith = (status: string, start: string): boolean =>
  start.endsWith('.') ? status.startsWith(start) : status === start;

/** The enhanced status code in a reply such as `550-5.1.1 No such user`; one of another class than the reply is noise. */
export function enhancedStatus(reply: string): string | null {
  const [, first, status] = /^(\d)\d\d[ -](\d\.\d{1,3}\.\d{1,3})(?!\S)/.exec(reply) ?? [];
  return status && status[0] === first ? status : null;
}

/**
 * Whether a mail that came back (RFC 3464) says that its address is bad, and not only that this mail was unwelcome, or that
 * a server was away for too long (4.x.x).
 *
 * @param status of the report; many give none, or 5.0.0
 */
export const returnedForAddress = (status: string | null): boolean =>
  status === null ||
  status === '5.0.0' ||
  (status.startsWith('5.') && verdictOn({ stage: 'RCPT', code: 550, status }).addressIsBad);
