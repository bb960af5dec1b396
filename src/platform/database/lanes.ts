import pg from 'pg';
import { Copies } from './copies.js';
import { givenUp, Overloaded } from '../errors/not-now.js';
import { currentRequest, type Lane } from '../logging/request-context.js';

/** What requests may take of one database. */
export interface Bounds {
  /** For requests, and as many again for what the service does by itself. */
  readonly connections: number;
  /** Seconds that a statement of a request may take. */
  readonly statementSeconds: number;
}

/** For whoever runs the service, or signs in. */
const ESSENTIAL_CONNECTIONS = 3;
/** How long a statement of a request waits for its turn. */
const PATIENCE = 5_000;

type Callback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (release?: unknown) => void,
) => void;

/**
 * The connections to one database, in three lanes: what the service does by itself, as pg has it; requests, bounded in
 * every way; and the few requests that are never to wait behind the others. Which one is asked for is told by the request.
 */
export class LanedPool extends pg.Pool {
  readonly copies: Copies;
  private readonly lanes: Readonly<Record<Lane, pg.Pool>>;
  private readonly ofCopies: readonly LanedPool[];

  /** @param replicas addresses of read-only copies; that one of them is away keeps nothing from starting */
  constructor(config: pg.PoolConfig, bounds: Bounds, replicas: readonly string[] = []) {
    const { connections, statementSeconds } = bounds;
    super({ ...config, max: connections });
    const bounded = (max: number): pg.Pool =>
      new pg.Pool({
        ...config,
        max,
        connectionTimeoutMillis: PATIENCE,
        options: `${config.options ?? ''} -c statement_timeout=${statementSeconds}s`,
      }).on('error', (error, client) => this.emit('error', error, client));
    this.lanes = { USUAL: bounded(connections), ESSENTIAL: bounded(ESSENTIAL_CONNECTIONS) };
    this.ofCopies = replicas.map((connectionString) =>
      new LanedPool({ ...config, connectionString }, bounds).on('error', () => undefined),
    );
    this.copies = new Copies(this, this.ofCopies);
  }

  /** Statements of requests that wait for a connection, to the database or to the one of its copies that most wait for. */
  get waitingInLane(): number {
    return this.ofCopies.reduce((most, pool) => Math.max(most, pool.waitingInLane), this.lanes.USUAL.waitingCount);
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<pg.PoolClient> | undefined {
    if (!callback)
      return new Promise((resolve, reject) =>
        this.connect((error, client) => (client ? resolve(client) : reject(error ?? new Error('No connection.')))),
      );
    const { lane, outcome } = currentRequest() ?? {};
    if (!lane) super.connect(callback);
    else if (outcome?.refusal) refuse(callback, outcome.refusal);
    else connectWithin(this.lanes[lane], callback);
    return undefined;
  }

  override end(): Promise<void>;
  override end(callback: (error?: Error) => void): void;
  override end(callback?: (error?: Error) => void): Promise<void> | undefined {
    const others = [...Object.values(this.lanes), ...this.ofCopies];
    const ended = Promise.all([super.end(), ...others.map((pool) => pool.end())]).then(() => undefined);
    if (!callback) return ended;
    ended.then(() => callback(), callback);
    return undefined;
  }
}

function connectWithin(pool: pg.Pool, callback: Callback): void {
  const isFull = pool.idleCount === 0 && pool.totalCount >= pool.options.max;
  pool.connect((error, client, done) => {
    if (error && (isFull || saysFull(error))) refuse(callback, givenUp(Overloaded.now()));
    else callback(error, client, done);
  });
}

const refuse = (callback: Callback, error: Error): void => callback(error, undefined, () => undefined);

const TOO_MANY_CONNECTIONS = '53300';
const saysFull = (error: Error): boolean => (error as { code?: unknown }).code === TOO_MANY_CONNECTIONS;

/** The driver, for TypeORM, with pools of such lanes. */
export const lanedDriver = (bounds: Bounds, replicas: readonly string[]): object => ({
  ...pg,
  Pool: class extends LanedPool {
    constructor(config: pg.PoolConfig) {
      super(config, bounds, replicas);
    }
  },
});
