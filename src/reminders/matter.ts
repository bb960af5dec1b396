import type { Day } from '../action-plans/reporting-calendar.js';
import type { MatterDates, Topic } from './reminder-rule.js';
import type { ReminderAudience } from './reminder.vocabulary.js';

/** Something that somebody waits for, in the few facts that decide who is reminded of it and when. */
export interface Matter extends MatterDates {
  readonly topic: Topic;
  readonly planId: string;
  /** Names it within its plan, for ever. */
  readonly subject: string;
  /** The due day of an extension that was granted to the institution. It begins a series of reminders of its own. */
  readonly extendedTo: Day | null;
  /** Whether there is nothing left to remind of. */
  readonly isSettled: boolean;
  readonly periodId: string | null;
  readonly institutionId: string | null;
  readonly workingGroupId: string | null;
  /** Addresses that alone are concerned, such as of those who were told of what is called off; left out for everybody. */
  readonly onlyTo?: readonly string[];
}

/** Of a matter by which no check-in is due. */
export const nothingDue = {
  opensAt: null,
  dueBefore: null,
  closesBefore: null,
  extendedTo: null,
  isSettled: false,
  periodId: null,
  institutionId: null,
  workingGroupId: null,
} as const;

/** Somebody whom the rules of one audience reach. */
export interface Recipient {
  readonly planId: string;
  readonly audience: ReminderAudience;
  readonly institutionId: string | null;
  readonly workingGroupId: string | null;
  /** In lower case; null when none is known. */
  readonly address: string | null;
  readonly name: string | null;
  readonly language: string;
  /** Whether mail to the address came back or was refused. */
  readonly isUndeliverable: boolean;
}

/** What somebody decided about reminders by hand: to hold or to mute those that fit all that is given. */
export interface Pause {
  readonly kind: 'HOLD' | 'MUTE';
  readonly planId: string;
  readonly institutionId: string | null;
  readonly periodId: string | null;
  readonly address: string | null;
  /** Only what goes to this audience, as for somebody who does not want the digests any more. */
  readonly audience: string | null;
  /** It ends by itself at this instant. */
  readonly until: Date | null;
}

/** The parts of a subject, as they are written down. */
export const subjectOf = {
  checkIns: (periodId: string, institutionId: string): string => `check-ins/${periodId}/${institutionId}`,
  unreachable: (periodId: string): string => `unreachable/${periodId}`,
  review: (checkInId: string, version: number): string => `review/${checkInId}/${version}`,
  mend: (checkInId: string, version: number): string => `mend/${checkInId}/${version}`,
  /** A meeting that was moved is another matter: whoever was told of it has to hear. */
  meeting: (meetingId: string, version: number): string => `meeting/${meetingId}/${version}`,
  meetingCancelled: (meetingId: string): string => `meeting-cancelled/${meetingId}`,
  noMeeting: (groupId: string, periodId: string): string => `no-meeting/${groupId}/${periodId}`,
  inception: 'assessment/inception',
  endOfCommitment: (commitmentId: string): string => `assessment/${commitmentId}`,
} as const;

/** Who is reminded of a matter by a rule for the audience. A directory over many recipients, so that looking up is quick. */
export class Directory {
  private readonly byPlace = new Map<string, Recipient[]>();

  constructor(recipients: readonly Recipient[]) {
    for (const recipient of recipients) {
      const place = placeOf(recipient.audience, recipient);
      const there = this.byPlace.get(place);
      if (!there) this.byPlace.set(place, [recipient]);
      // Two people with the same address are one recipient: the first.
      else if (!there.some(({ address }) => address === recipient.address)) there.push(recipient);
    }
  }

  /** All of them, those without an address as well. */
  of(
    audience: ReminderAudience,
    matter: Pick<Matter, 'planId' | 'institutionId' | 'workingGroupId'>,
  ): readonly Recipient[] {
    return this.byPlace.get(placeOf(audience, matter)) ?? [];
  }

  /** Whether any focal point of the institution has an address that takes mail. */
  reaches(planId: string, institutionId: string): boolean {
    return this.of('FOCAL_POINT', { planId, institutionId, workingGroupId: null }).some(takesMail);
  }
}

export const takesMail = ({ address, isUndeliverable }: Recipient): boolean => address !== null && !isUndeliverable;

/** Whether check-ins of the matter are taken at the instant. */
export const isTaken = ({ opensAt, closesBefore }: Matter, now: Date): boolean =>
  opensAt !== null && now >= opensAt && closesBefore !== null && now < closesBefore;

/** Which part of a matter an audience belongs to. */
function placeOf(
  audience: ReminderAudience,
  { planId, institutionId, workingGroupId }: Pick<Matter, 'planId' | 'institutionId' | 'workingGroupId'>,
): string {
  switch (audience) {
    case 'FOCAL_POINT':
    case 'HEAD':
      return `${audience} ${planId} ${institutionId}`;
    case 'COORDINATOR':
    case 'WORKING_GROUP':
      return `${audience} ${planId} ${workingGroupId}`;
    case 'MEL_OFFICER':
    case 'STEERING':
    case 'MONITORING_BODY':
      return `${audience} ${planId}`;
  }
}
