import { Command } from 'commander';
import { Viewer } from '../platform/access/viewer.js';
import { Settings } from '../platform/config/settings.js';
import { publicationUrl } from '../publications/publication.url.js';
import { PublicationsQueries } from '../publications/publications.queries.js';
import { PublicationsService } from '../publications/publications.service.js';
import { withApp } from './command-app.js';

export const publish = (): Command =>
  new Command('publish')
    .description(
      'publish a reporting period: what is public of it now, unchanged for ever; again without a change is the same',
    )
    .argument('<plan>', 'key of the plan')
    .argument('<period>', 'key of the period, for example 2024-Q2')
    .option(
      '--reason <text>',
      'why it is corrected, for everybody to read; needed when it was published and has changed',
    )
    .action((plan: string, period: string, options: { reason?: string }) =>
      withApp(async ({ app, say }) => {
        const input = { plan, period, reason: options.reason ?? null };
        const { id, isNew } = await app.get(PublicationsService).publish(Viewer.system('command'), input);
        const [publication] = await app.get(PublicationsQueries).byIds([id]);
        if (!publication) throw new Error(`Publication ${id} is gone.`);
        const { version, sha256, reports, difference } = publication;
        say(
          isNew
            ? `${plan} ${period} is published as version ${version}.`
            : `${plan} ${period} was published as version ${version} already, and nothing has changed since.`,
        );
        say(`  ${publicationUrl(app.get(Settings).PUBLIC_URL, publication)}`);
        say(`  sha256 ${sha256}`);
        say(
          `  ${reports.received} of ${reports.expected} check-ins handed in, ${reports.late} of them late; ${reports.verified} verified, ${reports.onlyClaimed} only claimed`,
        );
        if (difference.since)
          say(
            `  since ${difference.since.period} version ${difference.since.version}: ${difference.added} rows added, ${difference.changed} changed, ${difference.removed} removed`,
          );
      }),
    );
