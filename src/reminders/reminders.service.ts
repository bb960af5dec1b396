import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { groupBy } from '../platform/group-by.js';
import { Log } from '../platform/logging/log.js';
import { Shutdown } from '../platform/shutdown.js';
import { LedgerService } from './ledger.service.js';
import { LetterFactsQueries } from './letter-facts.queries.js';
import { LettersService, type WrittenDigest } from './letters.service.js';
import { PlansInPlayQueries, type PlanInPlay } from './plans-in-play.queries.js';
import { ReminderFactsQueries, type GatheredFacts } from './reminder-facts.queries.js';
import type { ReportFacts } from './reminder.letter.js';
import { nextTurn, planReminders, type Occurrence, type Plan, type Suppressed } from './reminder.planning.js';
import { silences, type Silence } from './reminder-silence.js';

export interface RunReport {
  readonly asOf: Date;
  readonly dryRun: boolean;
  /** What is due, as letters; not all of it may have been recorded by this run. */
  readonly digests: readonly WrittenDigest[];
  readonly suppressed: readonly Suppressed[];
  readonly held: readonly Occurrence[];
  /** Agencies that are asked for check-ins and not reminded now, with why; what of them is missing. */
  readonly silences: readonly ExplainedSilence[];
  /** Digests that were queued by this run. */
  readonly queued: readonly WrittenDigest[];
  /** Digests that another process recorded first. */
  readonly elsewhere: readonly WrittenDigest[];
  /** Digests that could not be recorded; the log says why. The next run tries again. */
  readonly failed: readonly WrittenDigest[];
  /** When a run may find something else although nothing changes; null when that never comes. */
  readonly nextTurn: Date | null;
  /** Keys of plans that could not be looked at at all; the log says why. */
  readonly troubled: readonly string[];
}

export interface ExplainedSilence extends Silence {
  readonly plan: PlanInPlay;
  readonly facts: ReportFacts;
}

/** So many digests, or reasons, are recorded in one transaction. */
const TOGETHER = 100;

/** The reminder run. */
@Injectable()
export class RemindersService {
  constructor(
    private readonly plans: PlansInPlayQueries,
    private readonly facts: ReminderFactsQueries,
    private readonly letterFacts: LetterFactsQueries,
    private readonly letters: LettersService,
    private readonly ledger: LedgerService,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly shutdown: Shutdown,
  ) {}

  /**
   * Reminds of everything that is due as of an instant and was not reminded of before. May be called at any time by any
   * number of processes: what decides is the row of the ledger, which is unique. When the process is to end, it leaves the
   * rest to the next run.
   *
   * @param options.explain whether the report says of everybody else why they are not reminded
   */
  async run(
    options: { asOf?: Date; planId?: string | null; dryRun?: boolean; explain?: boolean } = {},
  ): Promise<RunReport> {
    const asOf = options.asOf ?? this.clock.now();
    const sum: Mutable<RunReport> = {
      asOf,
      dryRun: options.dryRun ?? false,
      nextTurn: null,
      ...{ digests: [], suppressed: [], held: [], silences: [], queued: [], elsewhere: [], failed: [], troubled: [] },
    };
    for (const plans of together(await this.plans.plans(options.planId ? [options.planId] : null))) {
      if (this.shutdown.hasBegun) break;
      try {
        await this.runFor(plans, options, sum);
      } catch (error) {
        // One member's trouble hurts no other's agencies.
        const keys = plans.map(({ key }) => key);
        this.log.error({ err: error, plans: keys }, 'Plans could not be looked at; the next run tries again');
        sum.troubled.push(...keys);
      }
    }
    return sum;
  }

  private async runFor(
    plans: readonly PlanInPlay[],
    options: { asOf?: Date; explain?: boolean },
    sum: Mutable<RunReport>,
  ): Promise<void> {
    const { asOf } = sum;
    const facts = await this.facts.inPlay(plans, { from: asOf, until: asOf });
    const plan = planReminders(facts, asOf);
    sum.suppressed.push(...plan.suppressed);
    sum.held.push(...plan.held);
    sum.nextTurn = earlier(sum.nextTurn, nextTurn(facts, asOf));
    if (options.explain) sum.silences.push(...(await this.explained(facts, plan, asOf)));
    await this.carryOut(plan, facts, options.asOf ?? null, sum);
  }

  private async explained(facts: GatheredFacts, plan: Plan, asOf: Date): Promise<ExplainedSilence[]> {
    const found = silences(facts, plan, asOf);
    const factsOf = await this.letterFacts.of(
      found.map(({ matter }) => matter),
      facts.directory,
    );
    return found.flatMap((silence) => {
      const [inPlay, said] = [facts.plans.find(({ id }) => id === silence.matter.planId), factsOf(silence.matter)];
      return inPlay && said?.template === 'REPORT' ? [{ ...silence, plan: inPlay, facts: said }] : [];
    });
  }

  /** Records what a plan says, and tells in the report what became of it. */
  private async carryOut(
    plan: Plan,
    facts: GatheredFacts,
    pretended: Date | null,
    sum: Mutable<RunReport>,
  ): Promise<void> {
    const digests = portions(plan.digests, ({ said: [first] }) => first?.speaks.matter.planId ?? '');
    // Two at a time: while the database writes one down, the other is put into words.
    for (const two of chunks(digests, 2)) {
      if (this.shutdown.hasBegun) return;
      const written = await Promise.all(two.map((portion) => this.letters.write(portion, facts)));
      sum.digests.push(...written.flat());
      if (sum.dryRun) continue;
      const recorded = await Promise.all(written.map((portion) => this.ledger.recordSafely(portion, pretended)));
      for (const [digest, became] of recorded.flat()) sum[became].push(digest);
    }
    // Reasons that hold for a moment that was made up are not written down.
    if (sum.dryRun || pretended) return;
    for (const reasons of portions(plan.suppressed, ({ occurrence }) => occurrence.matter.planId)) {
      if (this.shutdown.hasBegun) return;
      await this.ledger.recordReasonsSafely(reasons);
    }
  }
}

const earlier = (one: Date | null, other: Date | null): Date | null =>
  one === null || (other !== null && other < one) ? other : one;

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends ReadonlyArray<infer E> ? E[] : T[K] };

/** Portions of at most so many, of one plan each. */
function portions<T>(all: readonly T[], planOf: (one: T) => string): T[][] {
  return [...groupBy(all, planOf).values()].flatMap((ofPlan) => chunks(ofPlan, TOGETHER));
}

const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));

/** A member's plans stand together, because one mail goes over all of them; members never do in one mail. */
function* together(plans: readonly PlanInPlay[]): Generator<readonly PlanInPlay[]> {
  for (const ofMember of groupBy(plans, ({ memberId }) => memberId).values()) yield ofMember;
}
