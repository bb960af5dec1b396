import type { Provided } from './platform/embedded/surroundings.js';

const SALT = 'greater-salt-2024-2025';

/** What a person who has just started the service wants to know. */
export function welcome(address: string, { settings, clock, inboxUrl, embeddedDatabase }: Provided): string {
  const url = address.replace('127.0.0.1', 'localhost').replace('[::1]', 'localhost');
  const demo = settings.DEMO_CLOCK !== 'real';
  return `
  Mithaq is running.

    GraphQL and its explorer   ${url}/graphql
    REST and its description   ${url}/api/v1/plans   ${url}/api/docs
    Build on it                ${url}/api/build
    Demo inbox (all mail)      ${inboxUrl ?? 'none: mail goes to SMTP_URL'}
    Health, metrics            ${url}/health/ready   ${url}/metrics
    Database                   ${embeddedDatabase ? `embedded PostgreSQL under ${settings.DATA_DIR}` : 'DATABASE_URL'}
${demo ? `    Clock                      a demonstration's: it shows ${clock.now().toISOString()} (DEMO_CLOCK=real for today)\n` : ''}
  Sign in (in a second terminal, in this folder): invite yourself, ask for a link, read it in the inbox

    npx mithaq user invite you@example.org --role MEL_OFFICER --plan ${SALT}
    ${url}/sign-in

  Or get a token for a program:

    npx mithaq token create --role FOCAL_POINT --plan ${SALT} --institution public-relations
    npx mithaq token create --role MEL_OFFICER --plan ${SALT}

  Try next:

    npx mithaq periods ${SALT}
    npx mithaq remind --as-of 2024-07-09T09:00+03:00 --dry-run
    npx mithaq remind --as-of 2024-07-09T09:00+03:00     then look into the inbox
    npx mithaq doctor

  Ctrl-C stops everything, the database included.

`;
}
