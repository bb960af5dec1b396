import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** Whose address is to be forgotten, and what stands in its place where rows must stay apart. */
export interface Erasure {
  readonly email: string;
  /** An address that leads to nobody (RFC 2606), the same wherever this person's stood. */
  readonly instead: string;
}
export type Eraser = (tx: EntityManager, erasure: Erasure) => Promise<void>;

/** Features that keep addresses of their own forget them when a person is erased. */
@Injectable()
export class Erasures {
  private readonly erasers: Eraser[] = [];

  register(eraser: Eraser): void {
    this.erasers.push(eraser);
  }

  async carryOut(tx: EntityManager, erasure: Erasure): Promise<void> {
    for (const eraser of this.erasers) await eraser(tx, erasure);
  }
}
