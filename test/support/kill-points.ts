import pg from 'pg';

/** Steps of a process at which it may be killed, named by what it does. */
type When = 'BEFORE' | 'DURING' | 'AFTER';
type Kind = 'REMINDERS' | 'REASONS' | 'LAST_LOOK' | 'OTHER';

interface StatementPoint {
  readonly name: string;
  readonly when: When;
  readonly statement: RegExp;
  /** The work that the statement belongs to; any when left out. */
  readonly of?: Kind;
}

const MAILS = /^\s*insert into outbox_mail/;
const LEDGER = /^\s*insert into reminder /;
const CLAIM = /^\s*update outbox_mail m set leased_until = .*attempts \+ 1/s;
const LAST_LOOK = /from reminder m\s+where m\.mail_id = any/;
/** What is read last before a letter is, or need not be, put into words. */
const OWED = /count\(\*\)::int as owed,\s+coalesce/;
const EXPECTED = /insert into check_in /;
const ANSWERS = /^\s*with outcome as/;

const STATEMENT_POINTS: readonly StatementPoint[] = [
  { name: 'while check-ins are expected', when: 'DURING', statement: EXPECTED },
  { name: 'before recording', when: 'BEFORE', statement: MAILS },
  { name: 'between mail and ledger row', when: 'BEFORE', statement: LEDGER, of: 'REMINDERS' },
  { name: 'before the audit entry', when: 'BEFORE', statement: /^\s*insert into audit_entry/, of: 'REMINDERS' },
  { name: 'before the commit', when: 'BEFORE', statement: /^commit/i, of: 'REMINDERS' },
  { name: 'during the commit', when: 'DURING', statement: /^commit/i, of: 'REMINDERS' },
  { name: 'after the commit', when: 'AFTER', statement: /^commit/i, of: 'REMINDERS' },
  { name: 'before the commit of reasons', when: 'BEFORE', statement: /^commit/i, of: 'REASONS' },
  { name: 'before a claim', when: 'BEFORE', statement: CLAIM },
  { name: 'during a claim', when: 'DURING', statement: CLAIM },
  { name: 'after a claim', when: 'AFTER', statement: CLAIM },
  { name: 'before the last look', when: 'BEFORE', statement: LAST_LOOK },
  { name: 'amid the last look', when: 'AFTER', statement: LAST_LOOK },
  { name: 'after the last look', when: 'AFTER', statement: OWED, of: 'LAST_LOOK' },
  { name: 'before the answer is recorded', when: 'BEFORE', statement: ANSWERS },
  { name: 'while the answer is recorded', when: 'DURING', statement: ANSWERS },
  { name: 'after the answer is recorded', when: 'AFTER', statement: ANSWERS },
];

export const STATEMENT_KILL_POINTS: readonly string[] = STATEMENT_POINTS.map(({ name }) => name);

/**
 * Tells of every named step that this process comes to. What it does to the statements of the process is nothing but
 * look at them.
 */
export function watchStatements(reached: (point: string) => void): void {
  const client = pg.Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
  const { query } = client;
  const transactions = new WeakMap<object, Kind>();
  let phase: Kind = 'OTHER';
  client.query = function watched(this: object, ...args: unknown[]) {
    const text = textOf(args[0]);
    // A beat begins with the check-ins that are expected, and ends with mails that are looked at.
    if (EXPECTED.test(text)) phase = 'OTHER';
    if (LAST_LOOK.test(text)) phase = 'LAST_LOOK';
    if (/^start transaction/i.test(text)) transactions.set(this, phase);
    else if (MAILS.test(text)) transactions.set(this, 'REMINDERS');
    else if (LEDGER.test(text) && transactions.get(this) === 'OTHER') transactions.set(this, 'REASONS');
    const kind = transactions.get(this) ?? phase;
    if (/^(commit|rollback)/i.test(text)) transactions.delete(this);
    const tell = (when: When): void =>
      STATEMENT_POINTS.filter((point) => point.when === when && (point.of ?? kind) === kind)
        .filter(({ statement }) => statement.test(text))
        .forEach(({ name }) => reached(name));
    tell('BEFORE');
    const answer = query.apply(this, args);
    tell('DURING');
    if (answer instanceof Promise) void answer.then(() => tell('AFTER')).catch(() => undefined);
    return answer;
  };
}

function textOf(statement: unknown): string {
  if (typeof statement === 'string') return statement;
  const { text } = statement as { readonly text?: unknown };
  return typeof text === 'string' ? text : '';
}
