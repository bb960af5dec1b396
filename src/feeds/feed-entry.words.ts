import { directionOf } from '../platform/i18n/pick.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import { html, type Html } from '../platform/pages/html.js';
import { publicationUrl } from '../publications/publication.url.js';
import type { Speaking } from '../reminders/reminder.telling.js';
import type { FeedEntry } from './feed-entries.queries.js';
import type { FeedItem } from './feed.js';

/** To whom it is told, and about which plan. */
export interface FeedTelling extends Speaking {
  readonly plan: string;
  readonly publicUrl: string;
  /** Whose plan it is: who speaks where no role and no institution does. */
  readonly member: string;
  /** A name that stands alone. */
  readonly plain: (text: LocalizedText) => string;
}

const CLAIMED_TEXTS = ['progress', 'achievements', 'obstacles', 'nextSteps', 'supportNeeded'] as const;
const ROLES = ['ADMIN', 'MEL_OFFICER', 'FOCAL_POINT', 'COORDINATOR', 'STEERING', 'MONITORING_BODY'];

export const itemOf = (entry: FeedEntry, telling: FeedTelling): FeedItem => ({
  id: `urn:uuid:${entry.id}`,
  kind: entry.kind,
  title: titleOf(entry, telling),
  at: entry.at,
  author: authorOf(entry, telling),
  url: urlOf(entry, telling),
  html: html`${contentOf(entry, telling)}`.toString(),
});

function titleOf(entry: FeedEntry, { say, name, apart, day }: FeedTelling): string {
  const about = {
    period: apart(entry.period ?? ''),
    number: entry.commitment?.number ?? 0,
    institution: entry.institution ? name(entry.institution.name) : '',
  };
  const { kind, publication, claim, move, assessment, milestone } = entry;
  switch (kind) {
    case 'PUBLICATION':
      return publication && publication.version > 1
        ? say('feed.entry.CORRECTION', { ...about, version: publication.version })
        : say('feed.entry.PUBLICATION', about);
    case 'CLAIM':
      return say(claim?.isFirst ? 'feed.entry.CLAIM' : 'feed.entry.CLAIM_AGAIN', about);
    case 'RESCHEDULED':
      return say('feed.entry.RESCHEDULED', {
        ...about,
        milestone: milestone?.number ?? 0,
        day: apart(day(move?.dueOn ?? '')),
      });
    case 'ASSESSMENT':
      return assessment?.kind === 'INCEPTION'
        ? say('feed.entry.INCEPTION', { ...about, hasCommitment: entry.commitment ? 'yes' : 'no' })
        : say('feed.entry.END_OF_COMMITMENT', about);
    case 'VERIFIED':
    case 'PUBLISHED':
    case 'REOPENED':
      return say(`feed.entry.${kind}`, about);
  }
}

/** The institution or the role that speaks; never a person. */
function authorOf({ kind, institution, actingAs }: FeedEntry, { say, plain, member }: FeedTelling): string {
  if (institution && (kind === 'CLAIM' || kind === 'ASSESSMENT')) return plain(institution.name);
  const roles = (actingAs ?? '').split('+').filter((role) => ROLES.includes(role));
  return roles.map((role) => say(`role.${role}`)).join(', ') || member;
}

function urlOf({ commitment, period, publication, institution, kind }: FeedEntry, telling: FeedTelling): string {
  const { plan, publicUrl } = telling;
  if (publication) return publicationUrl(publicUrl, { plan, periodKey: period ?? '', version: publication.version });
  const ofPlan = `${publicUrl}/api/v1/plans/${plan}`;
  if (!commitment) return ofPlan;
  const ofCommitment = `${ofPlan}/commitments/${commitment.number}`;
  if (!period || !institution || kind === 'ASSESSMENT') return ofCommitment;
  return `${ofCommitment}/check-ins/${encodeURIComponent(period)}?institution=${encodeURIComponent(institution.key)}`;
}

function contentOf(entry: FeedEntry, telling: FeedTelling): Html[] {
  const { say, name, apart, day } = telling;
  const { commitment, milestone, publication, claim, move, assessment } = entry;
  const paragraph = (text: string): Html => html`<p>${text}</p>`;
  return [
    ...(commitment ? [paragraph(say('feed.about', { number: commitment.number, title: name(commitment.title) }))] : []),
    ...(milestone
      ? [paragraph(say('feed.milestone', { number: milestone.number, title: name(milestone.title) }))]
      : []),
    ...(publication ? publicationWords(publication, telling) : []),
    ...(claim ? claimWords(claim.report, telling) : []),
    ...(entry.finding === null ? [] : [quoted(say('feed.label.finding'), entry.finding)]),
    ...(move?.previousDueOn ? [paragraph(say('feed.dueBefore', { day: apart(day(move.previousDueOn)) }))] : []),
    ...(assessment ? assessmentWords(assessment, telling) : []),
    ...(entry.reason === null ? [] : [quoted(say('feed.label.reason'), entry.reason)]),
  ];
}

function publicationWords(
  { reports, difference, sha256 }: NonNullable<FeedEntry['publication']>,
  { say }: FeedTelling,
): Html[] {
  const { expected, received, late, verified } = reports;
  const { added, changed, removed } = difference;
  return [
    html`<p>${say('feed.reports', { expected, received, late, verified })}</p>`,
    ...(difference.since ? [html`<p>${say('feed.difference', { added, changed, removed })}</p>`] : []),
    html`<p>SHA-256: <code dir="ltr">${sha256}</code></p>`,
  ];
}

function claimWords(report: NonNullable<FeedEntry['claim']>['report'], { say }: FeedTelling): Html[] {
  return [
    html`<p>${say(report.nothingToReport ? 'feed.nothingToReport' : 'feed.isClaim')}</p>`,
    ...CLAIMED_TEXTS.flatMap((part) => {
      const text = report[part];
      return text ? [quoted(say(`feed.label.${part}`), text, report.language)] : [];
    }),
  ];
}

function assessmentWords(
  { completion, summary, url }: NonNullable<FeedEntry['assessment']>,
  { say }: FeedTelling,
): Html[] {
  const level = completion && say(`feed.completion.${completion}`);
  return [
    ...(level ? [html`<p>${say('feed.completion', { level })}</p>`] : []),
    quoted(say('feed.label.summary'), summary),
    ...(url ? [html`<p><a dir="ltr" href="${url}">${url}</a></p>`] : []),
  ];
}

/** In the words, the language and the direction of whoever wrote it. */
function quoted(label: string, text: string, language: string | null = null): Html {
  const lines = text.split(/\r\n?|\n/).map((line, at) => html`${at > 0 && html`<br />`}${line}`);
  const said = language
    ? html`<blockquote lang="${language}" dir="${directionOf(language)}">${lines}</blockquote>`
    : html`<blockquote dir="auto">${lines}</blockquote>`;
  return html`<h3>${label}</h3>
    ${said}`;
}
