import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** What something was done to. */
export interface Subject {
  readonly type: string;
  readonly id: string;
  readonly planId: string | null;
}

/** A change that was just recorded and is about to be committed. */
export interface Recorded {
  readonly action: string;
  readonly subject: Subject;
  readonly at: Date;
  /** Of its audit entry: numbers are in the order of the commits. */
  readonly number: string;
}

export type RecordFollower = (tx: EntityManager, recorded: Recorded) => Promise<void>;

/**
 * What features add to the changes of features before them, in the same transaction: all of it is committed, or nothing.
 * Every other writer waits meanwhile, so a follower is short.
 */
@Injectable()
export class RecordFollowers {
  private readonly followers: RecordFollower[] = [];
  private readonly enders: Array<() => void> = [];

  register(follower: RecordFollower): void {
    this.followers.push(follower);
  }

  async tell(tx: EntityManager, recorded: Recorded): Promise<void> {
    for (const follower of this.followers) await follower(tx, recorded);
  }

  /** Called when a change is over, whether it came to anything or not, before its writer hears of it. */
  registerForEnd(ender: () => void): void {
    this.enders.push(ender);
  }

  end(): void {
    for (const ender of this.enders) ender();
  }
}
