/** What a loader promises: a value that a statement brings, for many who ask. A promise for each row would cost more than the row. */
export class Later<V> implements PromiseLike<V> {
  private state: 'WAITING' | 'THERE' | 'FAILED' = 'WAITING';
  private content: unknown;

  /** @param arrival ends with the statement, and never badly */
  constructor(readonly arrival: Promise<void>) {}

  get isWaiting(): boolean {
    return this.state === 'WAITING';
  }

  /** @throws what the statement failed with */
  get value(): V {
    if (this.state === 'FAILED') throw this.content;
    return this.content as V;
  }

  arrive(value: V): void {
    this.content = value;
    this.state = 'THERE';
  }

  fail(error: unknown): void {
    this.content = error;
    this.state = 'FAILED';
  }

  then<Kept = V, Mended = never>(
    kept?: ((value: V) => Kept | PromiseLike<Kept>) | null,
    mended?: ((error: unknown) => Mended | PromiseLike<Mended>) | null,
  ): Promise<Kept | Mended> {
    return this.arrival.then(() => this.value).then(kept, mended);
  }
}

interface Batch<V> {
  readonly keys: string[];
  readonly awaited: Later<V>[];
  readonly arrival: Promise<void>;
}

/** Gathers the keys that one turn of the answer asks for, and has them loaded together; each key once. */
export class KeyLoader<V> {
  private readonly known = new Map<string, Later<V>>();
  private open: Batch<V> | null = null;

  /** @param loadMany answers in the order of the keys */
  constructor(private readonly loadMany: (keys: readonly string[]) => Promise<readonly V[]>) {}

  load(key: string): Later<V> {
    const known = this.known.get(key);
    if (known) return known;
    const batch = (this.open ??= this.begin());
    const later = new Later<V>(batch.arrival);
    batch.keys.push(key);
    batch.awaited.push(later);
    this.known.set(key, later);
    return later;
  }

  private begin(): Batch<V> {
    const [keys, awaited]: [string[], Later<V>[]] = [[], []];
    const bring = async (): Promise<void> => {
      await turnIsOver();
      this.open = null;
      try {
        const values = await this.loadMany(keys);
        awaited.forEach((later, n) => later.arrive(values[n] as V));
      } catch (error) {
        for (const later of awaited) later.fail(error);
      }
    };
    return { keys, awaited, arrival: bring() };
  }
}

/** When all that could go on without waiting has gone on, and has asked for what it needs. */
const turnIsOver = (): Promise<void> =>
  new Promise((resolve) => void Promise.resolve().then(() => process.nextTick(resolve)));
