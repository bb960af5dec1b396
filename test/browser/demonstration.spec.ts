import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { launchBrowser, openPage, shoot } from '../support/browser.js';
import { emptyDataDir, mithaq, startService, type Service } from '../support/service.js';

// A browser and a service take seconds to start, and more of them on a busy machine.
jest.setTimeout(120_000);

const { paths } = JSON.parse(readFileSync('src/openapi.json', 'utf8')) as { paths: Record<string, object> };
const OPERATIONS = Object.values(paths).flatMap((methods) => Object.keys(methods)).length;

describe('In a browser', () => {
  let folder: Awaited<ReturnType<typeof emptyDataDir>>;
  let service: Service;
  let browser: Browser;
  beforeAll(async () => {
    folder = await emptyDataDir();
    [service, browser] = await Promise.all([startService({ DATA_DIR: folder.dataDir }), launchBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await service.ctrlC();
    await folder.remove();
  });

  it('the explorer opens with three examples, asks no foreign host, and the first example shows the plan', async () => {
    const { page, requests, complaints } = await openPage(browser);
    await page.goto(`${service.url}/graphql`);

    const tabs = page.getByRole('tab').filter({ hasText: /WholePlan|WhoHasReported|SaveDraft/ });
    await tabs.nth(2).waitFor();
    expect(await tabs.allInnerTexts()).toEqual(['WholePlan', 'WhoHasReported', 'SaveDraft']);

    await page.getByRole('button', { name: /execute query/i }).click();
    const answer = page.getByRole('region', { name: /result window/i });
    await answer.getByText('Action plan of Greater Salt').waitFor();
    expect(await answer.innerText()).not.toContain('"errors"');
    await shoot(page, 'explorer');

    expect(requests.filter(({ host }) => host !== new URL(service.url).host)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('the explorer listens to subscriptions, by a WebSocket that the page’s policy lets through', async () => {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${service.url}/graphql`);
    const query = 'subscription Listening { checkInPublished(plan: "no-such-plan") { cursor } }';
    await page.getByRole('tab').filter({ hasText: 'SaveDraft' }).waitFor();

    await page.locator('.graphiql-query-editor .CodeMirror').click();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(query);
    // The explorer looks at what is typed a moment later.
    await page.getByRole('tab').filter({ hasText: 'Listening' }).waitFor();
    await page.getByRole('button', { name: /execute query/i }).click();

    const answer = page.getByRole('region', { name: /result window/i });
    await answer.getByText('There is no plan').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('the explorer knows the schema: it explains a field to those who look for it', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${service.url}/graphql`);

    await page.getByRole('button', { name: /show documentation explorer/i }).click();
    await page.getByRole('link', { name: 'Query', exact: true }).click();

    await page.getByRole('link', { name: 'actionPlan', exact: true }).waitFor();
  });

  it('the pages of the REST API describe every operation and try one, without asking a foreign host', async () => {
    const { page, requests, complaints } = await openPage(browser);
    await page.goto(`${service.url}/api/docs`);

    await page.getByText('Commitments of a plan').waitFor();
    expect(await page.locator('.opblock').count()).toBe(OPERATIONS);
    await page.locator('#operations-Plans-listPlans').getByRole('button').first().click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    await page.locator('.live-responses-table').getByText('greater-salt-2024-2025').first().waitFor();

    expect(requests.filter(({ host }) => host !== new URL(service.url).host)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('the demo inbox shows a reminder in Arabic, from right to left, without asking a foreign host', async () => {
    await mithaq(['remind', '--as-of', '2024-07-09T09:00+03:00'], { DATA_DIR: folder.dataDir });
    const { page, requests } = await openPage(browser);
    await page.goto(service.inboxUrl);

    await page.getByText('mayor@example.org').first().click();
    const mail = page.frameLocator('iframe');
    await mail.getByText('الالتزام 1').waitFor();
    await mail.locator('[dir=rtl]').first().waitFor({ state: 'attached' });
    await shoot(page, 'inbox');

    const hosts = requests.filter(({ protocol }) => protocol.startsWith('http')).map(({ host }) => host);
    expect(new Set(hosts)).toEqual(new Set([new URL(service.inboxUrl).host]));
  });
});
