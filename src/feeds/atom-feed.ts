import type { Element } from '@xmldom/xmldom';
import { LICENCE } from '../publications/progress-column.js';
import type { Feed, FeedItem } from './feed.js';
import { JSON_FEED } from './json-feed.js';

const NAMESPACE = 'http://www.w3.org/2005/Atom';
const XML = 'http://www.w3.org/XML/1998/namespace';
export const ATOM = 'application/atom+xml';

/** The feed as Atom (RFC 4287), its pages linked as in RFC 5005. */
export async function atomFeed(feed: Feed): Promise<string> {
  // Loaded when first asked for: most processes never are.
  const { DOMImplementation, XMLSerializer } = await import('@xmldom/xmldom');
  const document = new DOMImplementation().createDocument(NAMESPACE, 'feed');
  const root = document.documentElement;
  if (!root) throw new Error('A document has no root.');
  root.setAttributeNS(XML, 'xml:lang', feed.language);
  add(root, 'id', feed.id);
  add(root, 'title', feed.title);
  add(root, 'subtitle', feed.subtitle);
  add(root, 'updated', feed.updated.toISOString());
  add(add(root, 'author'), 'name', feed.author);
  add(root, 'rights', feed.rights);
  link(root, 'self', feed.self.atom, ATOM);
  link(root, 'first', feed.first.atom, ATOM);
  if (feed.next) link(root, 'next', feed.next.atom, ATOM);
  link(root, 'alternate', feed.about, 'application/json');
  link(root, 'alternate', feed.first.json, JSON_FEED);
  link(root, 'license', LICENCE.path, 'text/html');
  for (const item of feed.items) entry(add(root, 'entry'), item);
  const xml = new XMLSerializer().serializeToString(document, { requireWellFormed: true });
  return `<?xml version="1.0" encoding="utf-8"?>\n${xml}\n`;
}

function entry(into: Element, item: FeedItem): void {
  add(into, 'id', item.id);
  add(into, 'title', item.title);
  add(into, 'published', item.at.toISOString());
  add(into, 'updated', item.at.toISOString());
  add(add(into, 'author'), 'name', item.author);
  add(into, 'category').setAttribute('term', item.kind);
  link(into, 'alternate', item.url, 'application/json');
  add(into, 'content', item.html).setAttribute('type', 'html');
}

function add(into: Element, name: string, text?: string): Element {
  const element = into.ownerDocument?.createElementNS(NAMESPACE, name);
  if (!element) throw new Error('An element belongs to no document.');
  if (text !== undefined) element.textContent = inXml(text);
  into.appendChild(element);
  return element;
}

function link(into: Element, rel: string, href: string, type: string): void {
  const element = add(into, 'link');
  element.setAttribute('rel', rel);
  element.setAttribute('type', type);
  element.setAttribute('href', inXml(href));
}

/** XML 1.0 cannot hold every character that a text may have, not even escaped. */
const inXml = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
