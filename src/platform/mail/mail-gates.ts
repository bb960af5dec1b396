import { Injectable } from '@nestjs/common';
import type { MailContent } from './mail.js';
import type { OutboxMail } from './outbox-mail.entity.js';

/** Whether a queued mail still has something to say, and what it says now. */
export type GateAnswer =
  | { readonly send: true; readonly content?: MailContent }
  | { readonly send: false; readonly reason: string }
  /** Not now: somebody holds it. It is asked again then. */
  | { readonly send: 'later'; readonly at: Date };

/** Looks at some mails of one kind at once; answers by their ids. */
export type Gate = (mails: readonly OutboxMail[]) => Promise<ReadonlyMap<string, GateAnswer>>;

/** Features look at their mails once more right before they leave: nobody is reminded of what was just filed. */
@Injectable()
export class MailGates {
  private readonly gates = new Map<string, Gate>();

  register(kind: string, gate: Gate): void {
    this.gates.set(kind, gate);
  }

  /** For features whose mails are few. */
  registerOneByOne(kind: string, gate: (mail: OutboxMail) => Promise<GateAnswer>): void {
    this.register(
      kind,
      async (mails) => new Map(await Promise.all(mails.map(async (mail) => [mail.id, await gate(mail)] as const))),
    );
  }

  async ask(mail: OutboxMail): Promise<GateAnswer> {
    const gate = this.gates.get(mail.kind);
    return (await gate?.([mail]))?.get(mail.id) ?? { send: true };
  }
}
