import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser, type Page } from 'playwright-core';

/** A real Chromium that comes with npm and also runs as root; it is made for Linux, elsewhere the machine's Chrome serves. */
export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return playwright.launch({ channel: 'chrome' });
  const args = [...chromium.args, '--disable-background-networking', '--no-first-run'];
  return playwright.launch({ executablePath: await chromium.executablePath(), args });
}

/** A page that notes whom it asks, and what it complains about. */
export async function openPage(browser: Browser): Promise<{ page: Page; requests: URL[]; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 750 } });
  const requests: URL[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (/^https?:/.test(request.url())) requests.push(new URL(request.url()));
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return { page, requests, complaints };
}

/** Keeps a picture of the page for the README: PICTURES=1 npm test -- test/browser */
export async function shoot(page: Page, name: string): Promise<void> {
  if (process.env['PICTURES']) await page.screenshot({ path: `docs/${name}.png` });
}
