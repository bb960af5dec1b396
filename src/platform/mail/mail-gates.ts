import { Injectable } from '@nestjs/common';
import type { MailContent } from './mail.js';
import type { OutboxMail } from './outbox-mail.entity.js';

/** Whether a queued mail still has something to say, and what it says now. */
export type GateAnswer =
  { readonly send: true; readonly content?: MailContent } | { readonly send: false; readonly reason: string };
export type Gate = (mail: OutboxMail) => Promise<GateAnswer>;

/** Features look at their mails once more right before they leave: nobody is reminded of what was just filed. */
@Injectable()
export class MailGates {
  private readonly gates = new Map<string, Gate>();

  register(kind: string, gate: Gate): void {
    this.gates.set(kind, gate);
  }

  ask(mail: OutboxMail): Promise<GateAnswer> {
    const gate = this.gates.get(mail.kind);
    return gate ? gate(mail) : Promise.resolve({ send: true });
  }
}
