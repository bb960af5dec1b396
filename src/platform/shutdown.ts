import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/**
 * Told as soon as the process is to end. Whoever works by itself begins nothing after it, and brings the portion that it is
 * at to its end before the database is let go of.
 */
@Injectable()
export class Shutdown implements OnModuleDestroy {
  private readonly controller = new AbortController();

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get hasBegun(): boolean {
    return this.signal.aborted;
  }

  begin(): void {
    this.controller.abort();
  }

  onModuleDestroy(): void {
    this.begin();
  }
}
