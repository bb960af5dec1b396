import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const ENCRYPTIONS = ['required', 'offered', 'off'] as const;
const ENVIRONMENTS = ['development', 'test', 'production'] as const;

/** Everything that can be set from outside, read from the environment once. README.md has the table. */
export class Settings {
  PORT!: number;
  HOST!: string;
  DATABASE_URL?: string;
  /** The same database past a pooler: for migrations and for what is listened to, which need a connection to themselves. */
  DATABASE_DIRECT_URL?: string;
  DATABASE_REPLICA_URLS!: readonly string[];
  /** Connections to each database that the requests to one process share; what it does by itself may take as many. */
  DATABASE_CONNECTIONS!: number;
  /** Seconds that the database may take for one statement of a request. */
  STATEMENT_TIMEOUT!: number;
  /** Requests that one process works on at once; those beyond are told to come again. */
  REQUESTS_AT_ONCE!: number;
  SMTP_URL?: string;
  /** How many mails are handed over at the same time. */
  SMTP_CONNECTIONS!: number;
  /** Mails a minute that one process hands over at most; 0 is as fast as the server takes them. */
  SMTP_RATE!: number;
  /** Whether mail leaves encrypted: always, or else not at all; when the server offers it; never. */
  SMTP_TLS!: (typeof ENCRYPTIONS)[number];
  /** Certificates to trust beside the usual ones, for a mail server with a certificate of its own authority. */
  SMTP_CA_FILE?: string;
  MAIL_FROM!: string;
  /** All three, with the key itself or its file, or none: mails are then signed (RFC 6376). */
  DKIM_DOMAIN?: string;
  DKIM_SELECTOR?: string;
  DKIM_PRIVATE_KEY?: string;
  DKIM_PRIVATE_KEY_FILE?: string;
  /** Signs what the mail provider reports. Unset: nobody may report anything. */
  MAIL_EVENTS_SECRET?: string;
  /** Minutes that a mail may wait before those who run the service are told. */
  MAIL_WAITING_WARNING!: number;
  /** Days that the words of a mail are kept after it was sent; 0 is for ever. */
  MAIL_TEXT_DAYS!: number;
  PUBLIC_URL!: string;
  /** Other sites whose pages may use the cookies of their visitors here. */
  CORS_ORIGINS!: readonly string[];
  /** Proxies in front, whose `X-Forwarded-For` is believed. */
  TRUST_PROXY!: number;
  /** Requests a minute from one network. */
  RATE_LIMIT!: number;
  /** Requests a minute with one token or session. */
  TOKEN_RATE_LIMIT!: number;
  DATA_DIR!: string;
  /** Unset: files lie on the disk, under `DATA_DIR`. */
  FILES_URL?: string;
  /** Whether links that agencies gave as evidence are looked at once a week. */
  CHECK_LINKS!: 'on' | 'off';
  /** What the secrets of webhooks are derived from. Unset: there can be none. */
  SECRETS_KEY?: string;
  /** Where webhooks may lead: `public` is the internet by https, `any` this machine as well. */
  WEBHOOK_TARGETS!: 'public' | 'any';
  /** Which questions are compiled: those that come again, none, or, so that tests meet it, all. */
  FAST_ANSWERS!: 'on' | 'off' | 'always';
  LOG_LEVEL!: (typeof LOG_LEVELS)[number];
  NODE_ENV!: (typeof ENVIRONMENTS)[number];
  /** All three, or none: people may then sign in with an account elsewhere. */
  OIDC_ISSUER?: string;
  OIDC_CLIENT_ID?: string;
  OIDC_CLIENT_SECRET?: string;
  /** `real`, or the instant that a demonstration's clock shows when it is first started. Never in production. */
  DEMO_CLOCK!: string;

  /** Whether nobody said at which address the service is reached. */
  get isUsualAddress(): boolean {
    return this.PUBLIC_URL === usualAddress(this.PORT);
  }

  /** The database, by a connection that is the same from beginning to end. */
  get directUrl(): string {
    return this.DATABASE_DIRECT_URL ?? this.DATABASE_URL ?? '';
  }

  /** What mails are signed with; null when they are not. */
  get dkim(): { domainName: string; keySelector: string; privateKey: string } | null {
    const { DKIM_DOMAIN, DKIM_SELECTOR, DKIM_PRIVATE_KEY, DKIM_PRIVATE_KEY_FILE } = this;
    if (!DKIM_DOMAIN || !DKIM_SELECTOR) return null;
    const privateKey = DKIM_PRIVATE_KEY ?? (DKIM_PRIVATE_KEY_FILE ? readFileSync(DKIM_PRIVATE_KEY_FILE, 'utf8') : '');
    return { domainName: DKIM_DOMAIN, keySelector: DKIM_SELECTOR, privateKey };
  }

  get production(): boolean {
    return this.NODE_ENV === 'production';
  }
}

/** All that is wrong with the settings, at once. */
export class SettingsRefused extends Error {
  constructor(readonly problems: readonly string[]) {
    super(['The settings do not allow a start:', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
  }
}

const USUAL_PORT = 3000;
/** During this quarter of the Greater Salt plan the demonstration has something to show. */
export const DEMO_INSTANT = '2024-07-01T08:00+03:00';
const MUST_BE_GIVEN_IN_PRODUCTION = ['DATABASE_URL', 'SMTP_URL', 'MAIL_FROM', 'PUBLIC_URL'] as const;

const OIDC = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const;

const DKIM = ['DKIM_DOMAIN', 'DKIM_SELECTOR', 'DKIM_PRIVATE_KEY_FILE'] as const;

const usualAddress = (port: number): string => `http://localhost:${port}`;

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws SettingsRefused */
export function readSettings(environment: Environment): Settings {
  const given = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const settings = new Settings();
  settings.NODE_ENV = (given('NODE_ENV') ?? 'development') as Settings['NODE_ENV'];
  settings.PORT = Number(given('PORT') ?? USUAL_PORT);
  settings.HOST = given('HOST') ?? (settings.production ? '0.0.0.0' : '127.0.0.1');
  settings.DATABASE_URL = given('DATABASE_URL');
  settings.DATABASE_DIRECT_URL = given('DATABASE_DIRECT_URL');
  settings.DATABASE_REPLICA_URLS = listed(given('DATABASE_REPLICA_URLS'));
  settings.DATABASE_CONNECTIONS = Number(given('DATABASE_CONNECTIONS') ?? 10);
  settings.STATEMENT_TIMEOUT = Number(given('STATEMENT_TIMEOUT') ?? 10);
  settings.REQUESTS_AT_ONCE = Number(given('REQUESTS_AT_ONCE') ?? 100);
  settings.SMTP_URL = given('SMTP_URL');
  settings.SMTP_CONNECTIONS = Number(given('SMTP_CONNECTIONS') ?? 5);
  settings.SMTP_RATE = Number(given('SMTP_RATE') ?? 0);
  settings.SMTP_TLS = (given('SMTP_TLS') ?? (settings.production ? 'required' : 'offered')) as Settings['SMTP_TLS'];
  settings.SMTP_CA_FILE = given('SMTP_CA_FILE');
  settings.MAIL_FROM = given('MAIL_FROM') ?? 'Mithaq <mithaq@example.org>';
  for (const name of DKIM) settings[name] = given(name);
  // In one line of an environment file, the lines of a key are told apart by \n.
  settings.DKIM_PRIVATE_KEY = given('DKIM_PRIVATE_KEY')?.replaceAll('\\n', '\n');
  settings.MAIL_EVENTS_SECRET = given('MAIL_EVENTS_SECRET');
  settings.MAIL_WAITING_WARNING = Number(given('MAIL_WAITING_WARNING') ?? 30);
  settings.MAIL_TEXT_DAYS = Number(given('MAIL_TEXT_DAYS') ?? 730);
  settings.PUBLIC_URL = (given('PUBLIC_URL') ?? usualAddress(settings.PORT)).replace(/\/+$/, '');
  settings.CORS_ORIGINS = listed(given('CORS_ORIGINS')).map((origin) => origin.replace(/\/$/, ''));
  settings.TRUST_PROXY = Number(given('TRUST_PROXY') ?? 0);
  settings.RATE_LIMIT = Number(given('RATE_LIMIT') ?? 600);
  settings.TOKEN_RATE_LIMIT = Number(given('TOKEN_RATE_LIMIT') ?? 1200);
  settings.DATA_DIR = resolve(given('DATA_DIR') ?? 'data');
  settings.FILES_URL = given('FILES_URL');
  settings.CHECK_LINKS = (given('CHECK_LINKS') ?? (settings.production ? 'on' : 'off')) as Settings['CHECK_LINKS'];
  settings.SECRETS_KEY = given('SECRETS_KEY');
  settings.WEBHOOK_TARGETS = (given('WEBHOOK_TARGETS') ?? 'public') as Settings['WEBHOOK_TARGETS'];
  settings.FAST_ANSWERS = (given('FAST_ANSWERS') ?? 'on') as Settings['FAST_ANSWERS'];
  settings.LOG_LEVEL = (given('LOG_LEVEL') ?? 'info') as Settings['LOG_LEVEL'];
  for (const name of OIDC) settings[name] = given(name);
  settings.DEMO_CLOCK = given('DEMO_CLOCK') ?? (settings.production || settings.DATABASE_URL ? 'real' : DEMO_INSTANT);
  const missing = settings.production ? MUST_BE_GIVEN_IN_PRODUCTION.filter((name) => !given(name)) : [];
  const problems = [
    ...rulesFor(given).filter(([, isGood]) => !isGood(settings)),
    ...missing.map((name) => [name, null, 'must be set when NODE_ENV is production'] as const),
  ].map(([name, , demand]) => `${name}: ${demand}`);
  if (problems.length > 0) throw new SettingsRefused(problems);
  return settings;
}

const MUST_BE_A_RATE = 'must be a whole number of requests a minute, from 1 to 1000000';

/**
 * What this process was started with.
 *
 * @param given.unlessSet takes the place of what nobody set
 * @param given.instead takes the place of what was set
 * @throws SettingsRefused
 */
export function processSettings(given: { unlessSet?: Environment; instead?: Environment } = {}): Settings {
  return readSettings({ ...given.unlessSet, ...process.env, ...given.instead });
}

type Rule = readonly [name: string, isGood: (settings: Settings) => boolean, demand: string];

/** The demands name no value: addresses hold passwords. */
const rulesFor = (given: (name: string) => string | undefined): readonly Rule[] => [
  ['NODE_ENV', ({ NODE_ENV }) => ENVIRONMENTS.includes(NODE_ENV), `must be one of ${ENVIRONMENTS.join(', ')}`],
  ['PORT', ({ PORT }) => isWhole(PORT, 0, 65535), 'must be a whole number from 0 to 65535'],
  [
    'DATABASE_URL',
    ({ DATABASE_URL: url }) => !url || isAddress(url, ['postgres:', 'postgresql:']),
    'must be an address such as postgres://user:password@host:5432/name, with %25 for a % in it',
  ],
  [
    'DATABASE_DIRECT_URL',
    ({ DATABASE_DIRECT_URL: url }) => !url || isAddress(url, ['postgres:', 'postgresql:']),
    'must be an address such as postgres://user:password@host:5432/name, of the database that DATABASE_URL leads to',
  ],
  [
    'DATABASE_DIRECT_URL',
    ({ DATABASE_DIRECT_URL, DATABASE_URL }) => !DATABASE_DIRECT_URL || !!DATABASE_URL,
    'must not be set without DATABASE_URL',
  ],
  [
    'DATABASE_CONNECTIONS',
    ({ DATABASE_CONNECTIONS: count }) => isWhole(count, 1, 200),
    'must be a whole number from 1 to 200',
  ],
  [
    'STATEMENT_TIMEOUT',
    ({ STATEMENT_TIMEOUT: seconds }) => isWhole(seconds, 1, 600),
    'must be a whole number of seconds, from 1 to 600',
  ],
  [
    'REQUESTS_AT_ONCE',
    ({ REQUESTS_AT_ONCE: count }) => isWhole(count, 1, 10_000),
    'must be a whole number from 1 to 10000',
  ],
  [
    'SMTP_URL',
    ({ SMTP_URL: url }) => !url || isAddress(url, ['smtp:', 'smtps:']),
    'must be an address such as smtp://host:587 or smtps://user:password@host:465, with %25 for a % in it',
  ],
  [
    'MAIL_FROM',
    ({ MAIL_FROM }) => /^([^\r\n<>]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(MAIL_FROM),
    'must be a mail address, with or without a name: Mithaq <mithaq@example.org>',
  ],
  ['SMTP_CONNECTIONS', ({ SMTP_CONNECTIONS: count }) => isWhole(count, 1, 50), 'must be a whole number from 1 to 50'],
  [
    'SMTP_RATE',
    ({ SMTP_RATE: rate }) => isWhole(rate, 0, 1_000_000),
    'must be a whole number of mails a minute, or 0 for no limit',
  ],
  ['SMTP_TLS', ({ SMTP_TLS }) => ENCRYPTIONS.includes(SMTP_TLS), `must be one of ${ENCRYPTIONS.join(', ')}`],
  [
    'SMTP_TLS',
    ({ SMTP_TLS, SMTP_URL: url, production }) => !production || SMTP_TLS === 'required' || isNear(url),
    'must be "required" when NODE_ENV is production, unless the mail server stands on this machine or in its private network',
  ],
  ['SMTP_CA_FILE', ({ SMTP_CA_FILE: file }) => !file || isReadable(file), 'must be a file that can be read'],
  [
    'DKIM_DOMAIN',
    ({ DKIM_DOMAIN: domain }) => !domain || /^([a-z0-9-]+\.)+[a-z0-9-]+$/i.test(domain),
    'must be a domain such as example.org',
  ],
  [
    'DKIM_SELECTOR',
    ({ DKIM_SELECTOR: selector }) => !selector || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(selector),
    'must be letters, digits and hyphens, as in the name of the DNS record <selector>._domainkey.<domain>',
  ],
  [
    'DKIM_DOMAIN',
    (settings) => allOrNone([settings.DKIM_DOMAIN, settings.DKIM_SELECTOR, keyGiven(settings)]),
    'DKIM_DOMAIN, DKIM_SELECTOR and one of DKIM_PRIVATE_KEY and DKIM_PRIVATE_KEY_FILE must be set, or none of them',
  ],
  ['DKIM_PRIVATE_KEY', isSigningKey, 'must be a private RSA key in PEM; its file must be readable'],
  [
    'MAIL_EVENTS_SECRET',
    ({ MAIL_EVENTS_SECRET: secret }) => !secret || isWebhookSecret(secret),
    'must be whsec_ and then 24 to 64 bytes in base64, as Standard Webhooks have it',
  ],
  [
    'MAIL_WAITING_WARNING',
    ({ MAIL_WAITING_WARNING: minutes }) => isWhole(minutes, 1, 10_080),
    'must be a whole number of minutes, at most a week',
  ],
  [
    'MAIL_TEXT_DAYS',
    ({ MAIL_TEXT_DAYS: days }) => isWhole(days, 0, 36_500),
    'must be a whole number of days up to 36500, or 0 for ever',
  ],
  [
    'PUBLIC_URL',
    ({ PUBLIC_URL }) => !given('PUBLIC_URL') || isAddress(PUBLIC_URL, ['http:', 'https:']),
    'must be the http:// or https:// address that people reach this service at',
  ],
  [
    'CORS_ORIGINS',
    ({ CORS_ORIGINS: origins }) => origins.every(isOrigin),
    'must be origins such as https://dashboard.example.org, separated by commas, without a path',
  ],
  ['TRUST_PROXY', ({ TRUST_PROXY }) => isWhole(TRUST_PROXY, 0, 10), 'must be the number of proxies in front, 0 to 10'],
  ['RATE_LIMIT', ({ RATE_LIMIT }) => isWhole(RATE_LIMIT, 1, 1_000_000), MUST_BE_A_RATE],
  ['TOKEN_RATE_LIMIT', ({ TOKEN_RATE_LIMIT }) => isWhole(TOKEN_RATE_LIMIT, 1, 1_000_000), MUST_BE_A_RATE],
  [
    'OIDC_ISSUER',
    ({ OIDC_ISSUER: url, production }) => !url || isAddress(url, production ? ['https:'] : ['https:', 'http:']),
    'must be the https:// address that the identity provider calls itself by',
  ],
  ...OIDC.map((name): Rule => [
    name,
    (settings) => !!settings[name] || OIDC.every((other) => !settings[other]),
    `must be set as well, or none of ${OIDC.join(', ')}`,
  ]),
  [
    'FILES_URL',
    ({ FILES_URL: url }) => !url || isBucket(url),
    'must be an address such as s3://bucket/folder?region=me-south-1, with endpoint=https://… for a service that is not Amazon’s',
  ],
  ['FAST_ANSWERS', ({ FAST_ANSWERS }) => ['on', 'off', 'always'].includes(FAST_ANSWERS), 'must be on, off or always'],
  ['CHECK_LINKS', ({ CHECK_LINKS }) => ['on', 'off'].includes(CHECK_LINKS), 'must be on or off'],
  [
    'SECRETS_KEY',
    ({ SECRETS_KEY: key }) => !key || key.length >= 32,
    'must be a random text of at least 32 characters, such as `openssl rand -base64 32` prints',
  ],
  [
    'WEBHOOK_TARGETS',
    ({ WEBHOOK_TARGETS, production }) => WEBHOOK_TARGETS === 'public' || (WEBHOOK_TARGETS === 'any' && !production),
    'must be public, or any when NODE_ENV is not production',
  ],
  ['LOG_LEVEL', ({ LOG_LEVEL }) => LOG_LEVELS.includes(LOG_LEVEL), `must be one of ${LOG_LEVELS.join(', ')}`],
  [
    'DEMO_CLOCK',
    ({ DEMO_CLOCK }) => DEMO_CLOCK === 'real' || isInstant(DEMO_CLOCK),
    'must be "real" or an instant with its offset, such as 2024-07-01T08:00+03:00',
  ],
  [
    'DEMO_CLOCK',
    ({ DEMO_CLOCK, production }) => DEMO_CLOCK === 'real' || !production,
    'must be "real" when NODE_ENV is production',
  ],
  [
    'DATABASE_REPLICA_URLS',
    ({ DATABASE_REPLICA_URLS: urls }) => urls.every((url) => isAddress(url, ['postgres:', 'postgresql:'])),
    'must be addresses such as postgres://user:password@host:5432/name, separated by commas',
  ],
];

const listed = (value = ''): readonly string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

const allOrNone = (values: ReadonlyArray<string | undefined>): boolean =>
  values.every(Boolean) || values.every((value) => !value);

/** At most one: of two nobody knows which is meant. */
const keyGiven = ({ DKIM_PRIVATE_KEY: key, DKIM_PRIVATE_KEY_FILE: file }: Settings): string | undefined =>
  key && file ? undefined : (key ?? file);

function isSigningKey(settings: Settings): boolean {
  try {
    const { privateKey } = settings.dkim ?? {};
    return !privateKey || createPrivateKey(privateKey).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

function isReadable(file: string): boolean {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
}

const WEBHOOK_SECRET = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

function isWebhookSecret(secret: string): boolean {
  const { length } = Buffer.from(WEBHOOK_SECRET.exec(secret)?.[1] ?? '', 'base64');
  return length >= 24 && length <= 64;
}

/** On this machine or in a private network: a name without a dot is one that only such a network knows. */
function isNear(url: string | undefined): boolean {
  if (!url || !URL.canParse(url)) return false;
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) === 0) return !host.includes('.');
  return /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd])/i.test(host);
}

const isWhole = (value: number, smallest: number, largest: number): boolean =>
  Number.isInteger(value) && value >= smallest && value <= largest;

/** As a browser sends it in `Origin`: what only looks like it would never be matched. */
const isOrigin = (value: string): boolean => isAddress(value, ['http:', 'https:']) && new URL(value).origin === value;

function isAddress(value: string, protocols: readonly string[]): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, host, searchParams, username, password } = new URL(value);
  try {
    decodeURIComponent(username + password);
  } catch {
    return false;
  }
  // A PostgreSQL on this machine may have a folder for its socket in place of a host: postgres:///name?host=/run
  return protocols.includes(protocol) && (host !== '' || searchParams.has('host'));
}

/** Keys to the bucket have their own place, and do not belong into an address. */
function isBucket(value: string): boolean {
  if (!isAddress(value, ['s3:'])) return false;
  const { host, username, searchParams } = new URL(value);
  const endpoint = searchParams.get('endpoint');
  return host !== '' && username === '' && (endpoint === null || isAddress(endpoint, ['http:', 'https:']));
}

function isInstant(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/.test(value) && !Number.isNaN(Date.parse(value));
}
