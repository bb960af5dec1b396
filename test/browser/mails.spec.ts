import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import type { MailContent } from '../../src/platform/mail/mail.js';
import { mailOf as simpleMailOf, button, paragraph, quote } from '../../src/platform/mail/letter.js';
import { launchBrowser, shoot } from '../support/browser.js';
import { EXAMPLES, mailOf } from '../support/letters-shown.js';

// A browser takes seconds to start, and more of them on a busy machine.
jest.setTimeout(120_000);

const LANGUAGES = ['en', 'fr', 'ar'] as const;
type Language = (typeof LANGUAGES)[number];
const LONG = 'https://example.org/' + 'averylongaddress'.repeat(12);

/** What `measure` finds on the page. */
interface Measures {
  readonly direction: string;
  readonly beyond: number;
  readonly contrasts: ReadonlyArray<{ readonly text: string; readonly ratio: number }>;
  readonly buttons: ReadonlyArray<{ readonly width: number; readonly height: number }>;
  /** On which side of their text the points of lists have room, and how much. */
  readonly lists: ReadonlyArray<{ readonly left: number; readonly right: number }>;
  readonly background: string;
}

/** Runs in the page: a mail has no scripts of its own, so whatever it measures is what a reader sees. */
const MEASURE = `(() => {
  const colour = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = colour(getComputedStyle(at).backgroundColor);
      if (found[3] !== 0) return found;
    }
    return [255, 255, 255];
  };
  const contrasts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility()) continue;
    const [one, other] = [colour(getComputedStyle(element).color), behind(element)].map(luminance);
    contrasts.push({ text: node.textContent.trim().slice(0, 40), ratio: (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05) });
  }
  const root = document.documentElement;
  return {
    direction: getComputedStyle(document.querySelector('[role=article]')).direction,
    beyond: root.scrollWidth - innerWidth,
    contrasts,
    buttons: [...document.querySelectorAll('.button a')].map((a) => a.getBoundingClientRect()).map(({ width, height }) => ({ width, height })),
    lists: [...document.querySelectorAll('ul')].map((ul) => ({ left: parseFloat(getComputedStyle(ul).marginLeft), right: parseFloat(getComputedStyle(ul).marginRight) })),
    background: getComputedStyle(document.body).backgroundColor,
  };
})()`;

describe('A mail, in a browser', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await launchBrowser();
    page = await browser.newPage();
  });
  afterAll(() => browser.close());

  const shown = async (mail: MailContent, width: number, colorScheme: 'light' | 'dark'): Promise<Measures> => {
    await page.setViewportSize({ width, height: 700 });
    await page.emulateMedia({ colorScheme });
    await page.setContent(mail.html);
    return page.evaluate<Measures>(MEASURE);
  };

  const everything = (language: Language): MailContent =>
    mailOf(Object.values(EXAMPLES).flat(), { language }, { publicUrl: LONG });

  const plain = (language: Language): MailContent =>
    simpleMailOf({
      language,
      subject: 'Subject',
      greeting: 'Greeting,',
      body: [paragraph('A sentence.'), quote(`Two\nlines ${LONG}`), button({ text: 'Sign in', url: LONG })],
      footer: [{ text: 'Footer', url: LONG }],
    });

  const cases = LANGUAGES.flatMap((language) =>
    [320, 600].flatMap((width) => (['light', 'dark'] as const).map((scheme) => ({ language, width, scheme }))),
  );

  it.each(cases)(
    'can be read without scrolling sideways, in good contrast ($language, $width px, $scheme)',
    async ({ language, width, scheme }) => {
      for (const mail of [everything(language), plain(language)]) {
        const { beyond, contrasts, background } = await shown(mail, width, scheme);
        expect(beyond).toBeLessThanOrEqual(0);
        expect(contrasts.length).toBeGreaterThan(5);
        expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
        expect(background).toBe(scheme === 'dark' ? 'rgb(20, 24, 22)' : 'rgb(255, 255, 255)');
      }
    },
  );

  it.each(cases)(
    'has buttons that a thumb can hit ($language, $width px, $scheme)',
    async ({ language, width, scheme }) => {
      const { buttons } = await shown(everything(language), width, scheme);
      expect(buttons.length).toBeGreaterThan(1);
      for (const { height, width: wide } of buttons) {
        expect(height).toBeGreaterThanOrEqual(44);
        expect(wide).toBeLessThanOrEqual(width - 32);
      }
    },
  );

  it.each(LANGUAGES)(
    'runs in the direction of its language, with the points of its lists where a line begins (%s)',
    async (language) => {
      const { direction, lists } = await shown(everything(language), 320, 'light');
      expect(direction).toBe(language === 'ar' ? 'rtl' : 'ltr');
      expect(lists.length).toBeGreaterThan(5);
      for (const { left, right } of lists) {
        const [room, none] = language === 'ar' ? [right, left] : [left, right];
        expect(none).toBe(0);
        expect(room).toBeGreaterThanOrEqual(20);
      }
      const [item, heading] = [page.locator('li').first(), page.locator('h2').first()];
      const [entry, line] = [await item.boundingBox(), await heading.boundingBox()];
      const end = (box: { x: number; width: number } | null) => (box?.x ?? 0) + (box?.width ?? 0);
      expect(language === 'ar' ? end(line) - end(entry) : (entry?.x ?? 0) - (line?.x ?? 0)).toBeGreaterThanOrEqual(20);
    },
  );

  it.each(LANGUAGES)('fits 480 pixels, as the README shows it (%s)', async (language) => {
    const { beyond } = await shown(mailOf(EXAMPLES['opened'] ?? [], { language }), 480, 'light');
    expect(beyond).toBeLessThanOrEqual(0);
    await shoot(page, `mail-${language}`);
  });

  it('keeps the lines of a quotation, and adds none', async () => {
    await shown(plain('en'), 600, 'light');
    expect(await page.locator('blockquote').innerText()).toBe(`Two\nlines ${LONG}`);
  });

  it('asks for nothing from the network', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await shown(everything('ar'), 320, 'dark');
    expect(asked.filter((url) => !url.startsWith('about:') && !url.startsWith('data:'))).toEqual([]);
  });
});
