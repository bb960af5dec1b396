export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_USER_INPUT'
  | 'CONFLICT'
  | 'RATE_LIMITED'
  | 'QUERY_TOO_COMPLEX'
  | 'OVERLOADED'
  | 'TIMEOUT'
  | 'UNAVAILABLE';

export type MessageArguments = Readonly<Record<string, string | number>>;

/** One thing wrong with the input: which field, and the message that says why. */
export interface Violation {
  readonly field: string;
  readonly key: string;
  readonly args?: MessageArguments;
  /** Where that is in a table, for a person who has the table in front of them. */
  readonly place?: TablePlace;
}

/** A place in a table. Rows are counted as a spreadsheet does, from 1 and with the header. */
export interface TablePlace {
  readonly sheet: string;
  readonly row?: number;
  /** Name of the column. */
  readonly column?: string;
}

/** A refusal that a person can act on. The sentence is looked up by `key` in the caller's language. */
export abstract class DomainError extends Error {
  abstract readonly code: ErrorCode;
  abstract readonly key: string;
  /** The HTTP status, where the usual one of the code says too little. */
  readonly status?: number;
  /** Seconds after which the same may be asked again, where waiting helps. */
  readonly retryAfter?: number;

  constructor(
    readonly args: MessageArguments = {},
    readonly field?: string,
  ) {
    super();
  }

  override get message(): string {
    return `${this.code} ${this.key} ${JSON.stringify(this.args)}`;
  }

  get violations(): readonly Violation[] {
    return this.field === undefined ? [] : [{ field: this.field, key: this.key, args: this.args }];
  }
}

/** Input that breaks several rules at once. */
export class InvalidInput extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'input.invalid';

  constructor(private readonly found: readonly Violation[]) {
    super({ count: found.length });
  }

  override get violations(): readonly Violation[] {
    return this.found;
  }

  /** The same, its fields named from one level further out. */
  within(place: string): InvalidInput {
    return new InvalidInput(this.found.map((violation) => ({ ...violation, field: `${place}.${violation.field}` })));
  }
}
