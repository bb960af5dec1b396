import { Injectable } from '@nestjs/common';
import { Log } from '../logging/log.js';
import type { MailContent } from './mail.js';
import type { OutboxMail } from './outbox-mail.entity.js';

/** Whether a queued mail still has something to say, and what it says now. */
export type GateAnswer =
  | { readonly send: true; readonly content?: MailContent }
  | { readonly send: false; readonly reason: string }
  /** Not now: somebody holds it. It is asked again then. */
  | { readonly send: 'later'; readonly at: Date };

/** Looks at some mails of one kind at once; answers by their ids. A mail that it leaves out waits. */
export type Gate = (mails: readonly OutboxMail[]) => Promise<ReadonlyMap<string, GateAnswer>>;

/** Features look at their mails once more right before they leave: nobody is reminded of what was just filed. */
@Injectable()
export class MailGates {
  private readonly gates = new Map<string, Gate>();

  constructor(private readonly log: Log) {}

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

  /** Each mail with its answer; null for one that could not be looked at. Mails of a kind without a gate are sent. */
  async ask(mails: readonly OutboxMail[]): Promise<ReadonlyArray<readonly [OutboxMail, GateAnswer | null]>> {
    const kinds = [...new Set(mails.map(({ kind }) => kind))];
    const answers = await Promise.all(
      kinds.map(async (kind) => {
        const gate = this.gates.get(kind);
        const ofKind = mails.filter((mail) => mail.kind === kind);
        if (!gate) return ofKind.map((mail) => [mail, { send: true }] as const);
        return this.askSafely(gate, ofKind);
      }),
    );
    return answers.flat();
  }

  /** A mail that cannot be looked at is found among the others, so that it holds up none of them. */
  private async askSafely(
    gate: Gate,
    mails: readonly OutboxMail[],
  ): Promise<ReadonlyArray<readonly [OutboxMail, GateAnswer | null]>> {
    try {
      const answers = await gate(mails);
      return mails.map((mail) => [mail, answers.get(mail.id) ?? null] as const);
    } catch (error) {
      if (mails.length > 1) return (await Promise.all(mails.map((mail) => this.askSafely(gate, [mail])))).flat();
      this.log.error({ err: error, mail: mails[0]?.id }, 'A mail could not be looked at once more');
      return mails.map((mail) => [mail, null] as const);
    }
  }
}
