/**
 * Does for many callers at once what each could do alone: what is asked for while the work runs is done together next.
 * Nobody waits for others to come along, but for as long as each round is told to.
 */
export class Together<T> {
  private waiting: T[] = [];
  private running: Promise<void> = Promise.resolve();
  private next: Promise<void> | null = null;

  /**
   * @param work must not reject for one item's sake: all items of a round share its fate
   * @param gather comes before each round
   */
  constructor(
    private readonly work: (items: readonly T[]) => Promise<void>,
    private readonly gather: () => Promise<void> = () => Promise.resolve(),
  ) {}

  /** Settles when the round that the item belongs to does. */
  add(item: T): Promise<void> {
    this.waiting.push(item);
    this.next ??= this.running
      .catch(() => undefined)
      .then(this.gather)
      .then(() => {
        const items = this.waiting;
        this.waiting = [];
        this.running = this.next ?? Promise.resolve();
        this.next = null;
        return this.work(items);
      });
    return this.next;
  }
}
