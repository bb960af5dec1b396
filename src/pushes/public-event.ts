import { enumOf } from '../platform/graphql/enum-of.js';
import { pick } from '../platform/i18n/pick.js';
import type { Language, LocalizedText } from '../platform/i18n/text.js';
import { publicationUrl } from '../publications/publication.url.js';

export const PublicEventType = enumOf('PublicEventType', 'What everybody may hear of as it happens.', {
  PUBLICATION_PUBLISHED: 'A reporting period was published, or its correction. Told as `publication.published`.',
  CHECK_IN_SUBMITTED: 'An agency handed a check-in in: its claim is public. Told as `check-in.submitted`.',
  CHECK_IN_VERIFIED: 'The MEL officer recorded what was verified. Told as `check-in.verified`.',
  CHECK_IN_PUBLISHED: 'A verified check-in was published. Told as `check-in.published`.',
  CHECK_IN_REOPENED: 'A published check-in was opened again. Told as `check-in.reopened`.',
  MILESTONE_RESCHEDULED: 'The due date of a milestone moved. Told as `milestone.rescheduled`.',
  ASSESSMENT_FILED: 'The monitoring body filed an assessment. Told as `assessment.filed`.',
});
export type PublicEventType = keyof typeof PublicEventType;

/** A ping is told to one webhook alone, when somebody asks for it. */
export type StoredEventType = PublicEventType | 'PING';

/** What an event is called in what a webhook receives. */
export const TOLD_AS: Readonly<Record<StoredEventType, string>> = {
  PUBLICATION_PUBLISHED: 'publication.published',
  CHECK_IN_SUBMITTED: 'check-in.submitted',
  CHECK_IN_VERIFIED: 'check-in.verified',
  CHECK_IN_PUBLISHED: 'check-in.published',
  CHECK_IN_REOPENED: 'check-in.reopened',
  MILESTONE_RESCHEDULED: 'milestone.rescheduled',
  ASSESSMENT_FILED: 'assessment.filed',
  PING: 'ping',
};

/** The audit entries that everybody may hear of, by what was done. */
export const EVENT_OF_ACTION: Readonly<Record<string, StoredEventType>> = {
  'period.published': 'PUBLICATION_PUBLISHED',
  'checkIn.submitted': 'CHECK_IN_SUBMITTED',
  'checkIn.verified': 'CHECK_IN_VERIFIED',
  'checkIn.published': 'CHECK_IN_PUBLISHED',
  'checkIn.reopened': 'CHECK_IN_REOPENED',
  'milestone.rescheduled': 'MILESTONE_RESCHEDULED',
  'assessment.filed': 'ASSESSMENT_FILED',
  'webhook.tested': 'PING',
};

/** As they were when it happened: ids, keys, days, and the title of what it is about. Nothing that only some may see. */
export interface EventFacts {
  readonly data: Readonly<Record<string, string | number | null>> & { readonly plan: string };
  readonly title: LocalizedText | null;
  /** The plan's own language. */
  readonly language: Language;
}

export interface EventToTell {
  readonly type: StoredEventType;
  readonly happenedAt: Date;
  readonly facts: EventFacts;
}

/** What a webhook is sent: the same event and language always make the same bytes. */
export function payloadOf(
  { type, happenedAt, facts }: EventToTell,
  language: Language | null,
  publicUrl: string,
): string {
  const title = pick(facts.title, language ? [language] : [], facts.language);
  return JSON.stringify({
    type: TOLD_AS[type],
    timestamp: happenedAt.toISOString(),
    data: {
      ...facts.data,
      ...(title ? { title: title.text, titleLanguage: title.language } : {}),
      url: urlOf(type, facts.data, publicUrl),
    },
  });
}

/** Where to read on, over REST. */
function urlOf(type: StoredEventType, data: EventFacts['data'], publicUrl: string): string {
  const { plan, commitment = null, period, institution, version } = data;
  const ofPlan = `${publicUrl}/api/v1/plans/${plan}`;
  if (type === 'PUBLICATION_PUBLISHED')
    return publicationUrl(publicUrl, { plan, periodKey: String(period), version: Number(version) });
  if (commitment === null) return ofPlan;
  const ofCommitment = `${ofPlan}/commitments/${commitment}`;
  return type.startsWith('CHECK_IN')
    ? `${ofCommitment}/check-ins/${encodeURIComponent(String(period))}?institution=${institution}`
    : ofCommitment;
}
