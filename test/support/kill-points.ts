import pg from 'pg';

/** Steps of a process at which it may be killed, named by what it does. */
type When = 'BEFORE' | 'DURING' | 'AFTER';
type Kind = 'REMINDERS' | 'REASONS' | 'OTHER';

interface StatementPoint {
  readonly name: string;
  readonly when: When;
  readonly statement: RegExp;
  /** The transaction that the statement belongs to; any when left out. */
  readonly of?: Kind;
}

const MAILS = /^\s*insert into outbox_mail/;
const LEDGER = /^\s*insert into reminder /;
const CLAIM = /^\s*update outbox_mail m set leased_until = .*attempts \+ 1/s;
const LAST_LOOK = /from reminder m\s+where m\.mail_id = any/;
const ANSWERS = /^\s*with outcome as/;

const STATEMENT_POINTS: readonly StatementPoint[] = [
  { name: 'while check-ins are expected', when: 'DURING', statement: /insert into check_in / },
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
  { name: 'after the last look', when: 'AFTER', statement: /from report_link where secret_hash = any/ },
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
  client.query = function watched(this: object, ...args: unknown[]) {
    const text = textOf(args[0]);
    if (/^start transaction/i.test(text)) transactions.set(this, 'OTHER');
    else if (MAILS.test(text)) transactions.set(this, 'REMINDERS');
    else if (LEDGER.test(text) && transactions.get(this) === 'OTHER') transactions.set(this, 'REASONS');
    const kind = transactions.get(this) ?? 'OTHER';
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
