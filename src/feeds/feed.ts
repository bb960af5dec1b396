import type { Language } from '../platform/i18n/text.js';

/** What happened, as feeds of every format tell it. */
export interface Feed {
  /** The same in every language and format. */
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly language: Language;
  readonly rights: string;
  /** The member whose plan it is. */
  readonly author: string;
  readonly updated: Date;
  /** Where this page of it is found, in each format. */
  readonly self: Readonly<Record<FeedFormat, string>>;
  readonly first: Readonly<Record<FeedFormat, string>>;
  /** The entries before these; null where there are none. */
  readonly next: Readonly<Record<FeedFormat, string>> | null;
  /** What it tells of. */
  readonly about: string;
  readonly items: readonly FeedItem[];
}

export type FeedFormat = 'atom' | 'json';

/** One thing that happened. It is never told differently later: what changes it is another. */
export interface FeedItem {
  readonly id: string;
  readonly title: string;
  readonly at: Date;
  readonly author: string;
  /** Where more of it is found. */
  readonly url: string;
  readonly html: string;
  readonly kind: string;
}
