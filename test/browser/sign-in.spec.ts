import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { TestApp } from '../support/app.js';
import { launchBrowser, shoot } from '../support/browser.js';
import { given } from '../support/given.js';
import { invite, linkTo } from '../support/visitor.js';

// A browser takes seconds to start, and more of them on a busy machine.
jest.setTimeout(120_000);

const EMAIL = 'leila@example.org';

describe('Signing in, in a browser without scripts', () => {
  let app: TestApp;
  let browser: Browser;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    const title = {
      en: 'Open Government Action Plan of Greater Testville',
      ar: 'خطة عمل الحكومة المنفتحة في تستفيل الكبرى',
    };
    await app.import(given.plan({ plan: { title } }));
    await invite(app, EMAIL, { role: 'MEL_OFFICER', plan: 'testville-2024', name: 'ليلى العمري' });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  /** Walks from the form to the account, and answers the page that it stands on. */
  const walk = async (name: string, options: BrowserContextOptions): Promise<Page> => {
    const page = await (await browser.newContext({ javaScriptEnabled: false, ...options })).newPage();
    const fits = async (step: string) => {
      await shoot(page, `${name}-${step}`);
      const root = 'document.documentElement';
      const beyond = await page.evaluate<number>(`${root}.scrollWidth - ${root}.clientWidth`);
      expect([step, beyond]).toEqual([step, 0]);
    };
    /** Between two pages there is a moment without either. */
    const press = async () => {
      const loaded = page.waitForEvent('load');
      await page.locator('main button').click();
      await loaded;
    };
    await page.goto(`${app.url}/sign-in`);
    await page.locator('input').fill(EMAIL);
    await fits('form');
    await press();
    await fits('sent');
    await page.goto(app.url + (await linkTo(app, EMAIL)));
    await fits('link');
    await press();
    await page.waitForURL(/\/account/);
    await fits('account');
    return page;
  };

  it('leads by keyboard and label from the address to the account, and out again', async () => {
    const page = await walk('light', { locale: 'en-GB' });
    await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
    await page.getByRole('button', { name: 'Sign out', exact: true }).press('Enter');
    await page.waitForURL(/\/sign-in/);
    await page.getByLabel('E-mail address').waitFor();
    expect(await page.context().cookies()).toEqual([]);
  });

  it('is readable at 320 pixels in the dark', async () => {
    const page = await walk('dark', { locale: 'fr', colorScheme: 'dark', viewport: { width: 320, height: 640 } });
    const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(background).toBe('rgb(20, 24, 22)');
  });

  it('runs from right to left in Arabic', async () => {
    const page = await walk('arabic', { locale: 'ar-JO', viewport: { width: 390, height: 800 } });
    expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
    const [heading, text] = [page.locator('h1'), page.locator('main')];
    const [inner, outer] = [await heading.boundingBox(), await text.boundingBox()];
    expect((inner?.x ?? 0) + (inner?.width ?? 0)).toBeGreaterThan((outer?.x ?? 0) + (outer?.width ?? 0) / 2);
  });
});
