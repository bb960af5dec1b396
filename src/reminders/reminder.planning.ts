import type { Day } from '../action-plans/reporting-calendar.js';
import type { CheckInStatus } from '../check-ins/check-in.workflow.js';
import type { Language, LocalizedText } from '../platform/i18n/text.js';
import { dueStage, isLater, type ReminderStage, type StageDates } from './reminder.stages.js';

/** What one institution owes in one period of one plan. */
export interface Owing extends StageDates {
  readonly planId: string;
  readonly planKey: string;
  readonly planTitle: LocalizedText;
  readonly planLanguage: Language;
  readonly country: string;
  readonly replyTo: string | null;
  readonly periodId: string;
  readonly periodKey: string;
  readonly closesOn: Day;
  readonly institutionId: string;
  readonly institutionKey: string;
  readonly institutionName: LocalizedText;
  /** Check-ins owed in all, the filed ones included. */
  readonly owed: number;
  readonly missing: ReadonlyArray<{
    readonly number: number;
    readonly title: LocalizedText;
    readonly status: CheckInStatus;
  }>;
}

/** A focal point as a recipient; an institution may have several, or none with an address. */
export interface Recipient {
  readonly institutionId: string;
  readonly address: string | null;
  readonly name: string | null;
  readonly language: Language;
}

/** What was recorded before. */
export interface Recorded {
  readonly periodId: string;
  readonly institutionId: string;
  readonly stage: ReminderStage;
  readonly address: string;
  readonly recordedAt: Date;
  readonly mailStatus: string;
}

export interface DigestSection {
  readonly owing: Owing;
  readonly stage: ReminderStage;
  /** Stages that this mail settles: the one that speaks and those before it that were never recorded. */
  readonly settles: readonly ReminderStage[];
  readonly until: Date;
  /** Where to report, as a path of this service; none before the mail is queued. */
  readonly reportPath?: string;
}

/** One mail to one address, over everything that it is asked for. */
export interface Digest {
  readonly address: string;
  readonly name: string | null;
  readonly language: Language;
  readonly sections: readonly DigestSection[];
}

export type WithheldReason = 'NOTHING_MISSING' | 'NO_STAGE_DUE' | 'NO_ADDRESS' | 'ALREADY_REMINDED';

/** Why somebody gets no mail. */
export interface Withheld {
  readonly owing: Owing;
  readonly reason: WithheldReason;
  readonly stage: ReminderStage | null;
  readonly address: string | null;
  readonly recorded: Recorded | null;
}

export interface ReminderPlan {
  readonly digests: readonly Digest[];
  readonly withheld: readonly Withheld[];
}

/** Who is reminded of what at `now`, and who is not and why. Pure: the same facts give the same plan. */
export function planReminders(
  facts: { owing: readonly Owing[]; recipients: readonly Recipient[]; recorded: readonly Recorded[] },
  now: Date,
): ReminderPlan {
  const withheld: Withheld[] = [];
  const sections: Array<{ recipient: Recipient & { address: string }; section: DigestSection }> = [];
  const recordedAs = new Map(
    facts.recorded.map((row) => [keyOf(row.periodId, row.institutionId, row.stage, row.address), row]),
  );

  for (const owing of facts.owing) {
    const due = dueStage(owing, now);
    const keepBack = (reason: WithheldReason, address: string | null = null, recorded: Recorded | null = null) =>
      withheld.push({ owing, reason, stage: due?.stage ?? null, address, recorded });
    if (owing.missing.length === 0) keepBack('NOTHING_MISSING');
    else if (!due) keepBack('NO_STAGE_DUE');
    else {
      const reachable = onceEach(facts.recipients.filter(ofInstitution(owing.institutionId)).filter(hasAddress));
      if (reachable.length === 0) keepBack('NO_ADDRESS');
      for (const recipient of reachable) {
        const before = (stage: ReminderStage) =>
          recordedAs.get(keyOf(owing.periodId, owing.institutionId, stage, recipient.address));
        const already = before(due.stage);
        if (already) keepBack('ALREADY_REMINDED', recipient.address, already);
        else
          sections.push({
            recipient,
            section: {
              owing,
              stage: due.stage,
              settles: due.includes.filter((stage) => !before(stage)),
              until: due.until,
            },
          });
      }
    }
  }
  return { digests: byAddress(sections), withheld };
}

export type KeptBackReason = 'NOTHING_MISSING' | 'ADDRESS_CHANGED' | 'STAGE_OVER';

/**
 * What a mail that was queued still has to say at `now`, or why nothing. `recorded` is what it was queued for; the other
 * facts are as they are now. A stage whose successor has come is left to the successor's own mail; one that an extension
 * has moved away gives way to what holds instead.
 */
export function stillToSay(
  facts: {
    owing: readonly Owing[];
    recipients: readonly Recipient[];
    recorded: ReadonlyArray<Pick<Recorded, 'periodId' | 'institutionId' | 'stage'>>;
  },
  address: string,
  now: Date,
): { readonly sections: readonly DigestSection[] } | { readonly reason: KeptBackReason } {
  const missing = facts.owing.filter((owing) => owing.missing.length > 0);
  if (missing.length === 0) return { reason: 'NOTHING_MISSING' };
  const ours = missing.filter(({ institutionId }) =>
    facts.recipients.filter(ofInstitution(institutionId)).some((recipient) => recipient.address === address),
  );
  if (ours.length === 0) return { reason: 'ADDRESS_CHANGED' };
  const sections = ours.flatMap((owing): DigestSection[] => {
    const settles = facts.recorded.filter(sameOccasion(owing)).map(({ stage }) => stage);
    const due = dueStage(owing, now);
    return !due || settles.every((stage) => isLater(due.stage, stage))
      ? []
      : [{ owing, stage: due.stage, settles, until: due.until }];
  });
  return sections.length > 0 ? { sections } : { reason: 'STAGE_OVER' };
}

const sameOccasion = (owing: Owing) => (row: Pick<Recorded, 'periodId' | 'institutionId'>) =>
  row.periodId === owing.periodId && row.institutionId === owing.institutionId;
const ofInstitution = (id: string) => (recipient: Recipient) => recipient.institutionId === id;
const hasAddress = (recipient: Recipient): recipient is Recipient & { address: string } => recipient.address !== null;
/** Two contacts with the same address are one recipient: the first. */
const onceEach = <R extends { address: string }>(recipients: readonly R[]): R[] =>
  recipients.filter((one, at) => recipients.findIndex(({ address }) => address === one.address) === at);
const keyOf = (...parts: string[]): string => parts.join(' ');

/** One digest an address, in its order of first appearance; a person with two roles gets one mail. */
function byAddress(
  found: ReadonlyArray<{ recipient: Recipient & { address: string }; section: DigestSection }>,
): Digest[] {
  const digests = new Map<string, Digest>();
  for (const { recipient, section } of found) {
    const { address, name, language } = recipient;
    const digest = digests.get(address) ?? { address, name, language, sections: [] };
    digests.set(address, { ...digest, sections: [...digest.sections, section] });
  }
  return [...digests.values()];
}
