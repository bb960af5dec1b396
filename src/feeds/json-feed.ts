import { LICENCE } from '../publications/progress-column.js';
import type { Feed } from './feed.js';

export const JSON_FEED = 'application/feed+json';

/** The feed as JSON Feed 1.1 (https://jsonfeed.org/version/1.1). */
export const jsonFeed = (feed: Feed): object => ({
  version: 'https://jsonfeed.org/version/1.1',
  title: feed.title,
  description: feed.subtitle,
  language: feed.language,
  home_page_url: feed.about,
  feed_url: feed.self.json,
  ...(feed.next ? { next_url: feed.next.json } : {}),
  authors: [{ name: feed.author }],
  // What the format has no name for begins with an underscore.
  _licence: { about: LICENCE.path, name: LICENCE.name, title: LICENCE.title },
  items: feed.items.map(({ id, url, title, html, at, author, kind }) => ({
    id,
    url,
    title,
    content_html: html,
    date_published: at.toISOString(),
    date_modified: at.toISOString(),
    authors: [{ name: author }],
    language: feed.language,
    tags: [kind],
  })),
});
