import { setTimeout as delay } from 'node:timers/promises';
import { Address } from '../../test/support/address.js';
import { OwnPostgres } from '../../test/support/own-postgres.js';

/** A primary and its standby, which follows it over a line that may be held up. */
interface Servers {
  readonly primary: OwnPostgres;
  readonly standby: OwnPostgres;
  readonly line: Address;
}

/** A primary and the standby that follows it, each behind an address that stays the same when another takes its place. */
export class Pair {
  private constructor(
    private now: Servers,
    private readonly addresses: { readonly primary: Address; readonly standby: Address },
  ) {}

  static async of(primary: OwnPostgres): Promise<Pair> {
    const now = await followed(primary);
    const addresses = { primary: await Address.of(primary.url), standby: await Address.of(now.standby.url) };
    return new Pair(now, addresses);
  }

  get primary(): OwnPostgres {
    return this.now.primary;
  }

  get standby(): OwnPostgres {
    return this.now.standby;
  }

  /** Where services find the primary. */
  get url(): string {
    return this.addresses.primary.url;
  }

  /** Where services find the standby. */
  get standbyUrl(): string {
    return this.addresses.standby.url;
  }

  /**
   * The primary is gone from one moment to the next, and the standby is what both addresses lead to.
   *
   * @param behind milliseconds during which the standby gets nothing of what the primary writes, before that moment
   */
  async takeOver(behind: number): Promise<void> {
    const { primary, standby, line } = this.now;
    if (behind > 0) line.holdUp();
    await delay(behind);
    await primary.stopAtOnce();
    await line.close();
    await standby.promote();
    this.addresses.primary.leadTo(standby.url);
    this.now = { primary: standby, standby, line };
    await primary.remove();
  }

  /** Another standby, for a primary that has none any more. */
  async makeStandby(): Promise<void> {
    this.now = await followed(this.now.primary);
    this.addresses.standby.leadTo(this.now.standby.url);
  }

  async remove(): Promise<void> {
    const { primary, standby, line } = this.now;
    for (const address of [...Object.values(this.addresses), line]) await address.close();
    for (const server of new Set([primary, standby])) await server.remove();
  }
}

async function followed(primary: OwnPostgres): Promise<Servers> {
  const line = await Address.of(primary.url);
  return { primary, standby: await primary.standby(line.url), line };
}
