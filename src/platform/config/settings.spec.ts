import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { resolve } from 'node:path';
import { readSettings, SettingsRefused } from './settings.js';

const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://mithaq@db/mithaq',
  SMTP_URL: 'smtps://user:secret@mail.example.org:465',
  MAIL_FROM: 'Mithaq <mithaq@salt.example.org>',
  PUBLIC_URL: 'https://mithaq.salt.example.org/',
};

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof SettingsRefused) return error.problems;
    throw error;
  }
  return [];
}

const OPEN_ID = { OIDC_ISSUER: 'https://login.example.org', OIDC_CLIENT_ID: 'mithaq', OIDC_CLIENT_SECRET: 'secret' };

describe('Settings', () => {
  it('need nothing for a demonstration, which only this machine can reach', () => {
    expect(readSettings({})).toMatchObject({
      PORT: 3000,
      HOST: '127.0.0.1',
      DATABASE_URL: undefined,
      SMTP_URL: undefined,
      PUBLIC_URL: 'http://localhost:3000',
      DATA_DIR: resolve('data'),
      LOG_LEVEL: 'info',
      NODE_ENV: 'development',
      production: false,
    });
  });

  it('take an empty or blank value for none, as a line without a value in an .env file means it', () => {
    expect(readSettings({ PORT: '', DATABASE_URL: ' ', LOG_LEVEL: '' })).toEqual(readSettings({}));
  });

  it('show the clock of the demonstration only to the embedded database', () => {
    expect(readSettings({}).DEMO_CLOCK).toBe('2024-07-01T08:00+03:00');
    expect(readSettings({ DATABASE_URL: 'postgres://db/mithaq' }).DEMO_CLOCK).toBe('real');
    expect(readSettings(PRODUCTION).DEMO_CLOCK).toBe('real');
  });

  it('put the port into the public address when nobody says another, and take the slash off its end', () => {
    expect(readSettings({ PORT: '8080' }).PUBLIC_URL).toBe('http://localhost:8080');
    expect(readSettings(PRODUCTION).PUBLIC_URL).toBe('https://mithaq.salt.example.org');
  });

  it('take origins of other sites separated by commas, with or without a slash at the end', () => {
    expect(readSettings({}).CORS_ORIGINS).toEqual([]);
    const given = { CORS_ORIGINS: ' https://a.example.org/ ,http://localhost:5173,' };
    expect(readSettings(given).CORS_ORIGINS).toEqual(['https://a.example.org', 'http://localhost:5173']);
  });

  it('listen on every address in production', () => {
    expect(readSettings(PRODUCTION)).toMatchObject({ HOST: '0.0.0.0', production: true });
  });

  it('look at links only in production, unless told otherwise', () => {
    expect([readSettings({}).CHECK_LINKS, readSettings(PRODUCTION).CHECK_LINKS]).toEqual(['off', 'on']);
    expect(readSettings({ ...PRODUCTION, CHECK_LINKS: 'off' }).CHECK_LINKS).toBe('off');
  });

  it('reach the database past a pooler where one says how', () => {
    const DATABASE_DIRECT_URL = 'postgres://db:5432/mithaq';
    expect(readSettings(PRODUCTION).directUrl).toBe(PRODUCTION.DATABASE_URL);
    expect(readSettings({ ...PRODUCTION, DATABASE_DIRECT_URL }).directUrl).toBe(DATABASE_DIRECT_URL);
    expect(problemsOf({ ...PRODUCTION, DATABASE_DIRECT_URL: 'db:5432' })).toEqual([
      expect.stringMatching(/^DATABASE_DIRECT_URL: /),
    ]);
  });

  it('take a bucket for files', () => {
    const FILES_URL = 's3://bucket/folder?region=me-south-1&endpoint=https%3A%2F%2Fs3.example.org';
    expect(readSettings({ FILES_URL }).FILES_URL).toBe(FILES_URL);
  });

  it('name all that is missing in production at once', () => {
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual(
      ['DATABASE_URL', 'SMTP_URL', 'MAIL_FROM', 'PUBLIC_URL'].map(
        (name) => `${name}: must be set when NODE_ENV is production`,
      ),
    );
  });

  it('send encrypted in production, and otherwise only what no stranger can read on its way', () => {
    expect(readSettings(PRODUCTION).SMTP_TLS).toBe('required');
    expect(readSettings({}).SMTP_TLS).toBe('offered');
    const openly = (host: string) => problemsOf({ ...PRODUCTION, SMTP_URL: `smtp://${host}:25`, SMTP_TLS: 'off' });
    for (const host of [
      'localhost',
      '127.0.0.1',
      '[::1]',
      'mails',
      '10.0.0.5',
      '172.20.1.1',
      '192.168.1.1',
      '[fd00::1]',
    ])
      expect([host, openly(host)]).toEqual([host, []]);
    for (const host of ['mail.example.org', '8.8.8.8', '172.32.0.1', '[2001:db8::1]', '127.0.0.1.example.org'])
      expect([host, openly(host)]).toEqual([host, [expect.stringMatching(/^SMTP_TLS: must be "required"/)]]);
  });

  it('sign mails with a key that is given as a line or as a file, and with nothing else', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const given = { DKIM_DOMAIN: 'example.org', DKIM_SELECTOR: 'mithaq' };
    expect(readSettings({ ...given, DKIM_PRIVATE_KEY: key.replaceAll('\n', '\\n') }).dkim).toEqual({
      domainName: 'example.org',
      keySelector: 'mithaq',
      privateKey: key,
    });
    expect(readSettings({}).dkim).toBeNull();
    const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const wrongs: Array<Record<string, string>> = [
      { ...given, DKIM_PRIVATE_KEY: 'no key' },
      { ...given, DKIM_PRIVATE_KEY: elliptic.export({ type: 'pkcs8', format: 'pem' }).toString() },
      { ...given, DKIM_PRIVATE_KEY_FILE: '/no/such/key.pem' },
      { ...given, DKIM_PRIVATE_KEY: key, DKIM_PRIVATE_KEY_FILE: '/no/such/key.pem' },
      { DKIM_SELECTOR: 'mithaq', DKIM_PRIVATE_KEY: key },
      { ...given, DKIM_DOMAIN: 'not a domain', DKIM_PRIVATE_KEY: key },
    ];
    for (const wrong of wrongs) expect(problemsOf(wrong)).toEqual([expect.stringMatching(/^DKIM_\w+: .{10,}$/)]);
  });

  it('let webhooks lead to this machine only where nothing is in production', () => {
    expect([readSettings({}), readSettings(PRODUCTION)].map((one) => one.WEBHOOK_TARGETS)).toEqual([
      'public',
      'public',
    ]);
    expect(readSettings({ WEBHOOK_TARGETS: 'any' }).WEBHOOK_TARGETS).toBe('any');
    expect(problemsOf({ ...PRODUCTION, WEBHOOK_TARGETS: 'any' })).toEqual([
      expect.stringMatching(/^WEBHOOK_TARGETS: /),
    ]);
  });

  it('allow no demonstration’s clock in production', () => {
    expect(problemsOf({ ...PRODUCTION, DEMO_CLOCK: '2024-07-01T08:00Z' })).toEqual([
      'DEMO_CLOCK: must be "real" when NODE_ENV is production',
    ]);
  });

  it.each([
    ['PORT', 'eighty'],
    ['PORT', '80.5'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['DATABASE_URL', 'mysql://db/mithaq'],
    ['DATABASE_URL', 'postgres://'],
    ['DATABASE_URL', 'postgres://user:50%@db/mithaq'],
    ['DATABASE_DIRECT_URL', 'postgres://db/mithaq'],
    ['DATABASE_CONNECTIONS', '0'],
    ['STATEMENT_TIMEOUT', '0.5'],
    ['REQUESTS_AT_ONCE', 'all'],
    ['SMTP_URL', 'mail.example.org'],
    ['SMTP_URL', 'smtp://'],
    ['SMTP_CONNECTIONS', '0'],
    ['SMTP_CONNECTIONS', 'many'],
    ['SMTP_RATE', '-1'],
    ['SMTP_TLS', 'yes'],
    ['SMTP_CA_FILE', '/no/such/file.pem'],
    ['DKIM_DOMAIN', 'example.org'],
    ['MAIL_EVENTS_SECRET', 'secret'],
    ['MAIL_EVENTS_SECRET', 'whsec_c2hvcnQ='],
    ['MAIL_WAITING_WARNING', '0'],
    ['MAIL_TEXT_DAYS', '1.5'],
    ['MAIL_FROM', 'the mayor'],
    ['MAIL_FROM', 'a@example.org\nBcc: everybody@example.org'],
    ['PUBLIC_URL', 'ftp://example.org'],
    ['PUBLIC_URL', 'example.org'],
    ['LOG_LEVEL', 'loud'],
    ['NODE_ENV', 'prod'],
    ['NODE_ENV', 'toString'],
    ['DEMO_CLOCK', 'yesterday'],
    ['DEMO_CLOCK', '2024-07-01T08:00'],
    ['DEMO_CLOCK', '2024-13-01T08:00Z'],
    ['FILES_URL', '/var/files'],
    ['FILES_URL', 's3://'],
    ['FILES_URL', 's3://key:secret@bucket'],
    ['FILES_URL', 's3://bucket?endpoint=minio'],
    ['CHECK_LINKS', 'yes'],
    ['SECRETS_KEY', 'too-short'],
    ['WEBHOOK_TARGETS', 'private'],
    ['DATABASE_REPLICA_URLS', 'postgres://replica/mithaq,replica'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'null'],
    ['CORS_ORIGINS', 'https://a.example.org, b.example.org'],
    ['CORS_ORIGINS', 'https://a.example.org/dashboard'],
    ['TRUST_PROXY', 'true'],
    ['TRUST_PROXY', '-1'],
    ['RATE_LIMIT', '0'],
    ['RATE_LIMIT', 'unlimited'],
    ['TOKEN_RATE_LIMIT', '1.5'],
    ['OIDC_CLIENT_SECRET', undefined],
    ['OIDC_ISSUER', 'login.example.org'],
  ])('refuse %s=%j in one sentence that begins with its name', (name, value) => {
    const openId = name.startsWith('OIDC') ? OPEN_ID : {};
    const problems = problemsOf({ ...openId, [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: .{10,}$`));
  });

  it('take an OpenID Connect provider whole, and in production only one behind https', () => {
    expect(problemsOf(OPEN_ID)).toEqual([]);
    const plain = { ...OPEN_ID, OIDC_ISSUER: 'http://login.example.org' };
    expect(problemsOf(plain)).toEqual([]);
    expect(problemsOf({ ...PRODUCTION, ...plain })).toEqual([expect.stringMatching(/^OIDC_ISSUER: .*https/)]);
  });

  it('report everything that is wrong together', () => {
    const wrong = { PORT: 'eighty', LOG_LEVEL: 'loud', SMTP_URL: 'mail', NODE_ENV: 'production' };
    const problems = problemsOf(wrong);
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'PORT',
      'SMTP_URL',
      'LOG_LEVEL',
      'DATABASE_URL',
      'MAIL_FROM',
      'PUBLIC_URL',
    ]);
    for (const problem of problems) expect(() => readSettings(wrong)).toThrow(`\n  - ${problem}`);
  });

  it('allow a socket in place of a host, and escaped letters in a password', () => {
    expect(problemsOf({ DATABASE_URL: 'postgres:///mithaq?host=/run/postgresql' })).toEqual([]);
    expect(problemsOf({ DATABASE_URL: 'postgres://user:50%25@db/mithaq' })).toEqual([]);
  });

  it('never repeat a value, which may hold a password', () => {
    expect(problemsOf({ DATABASE_URL: 'mysql://user:secret@db', SMTP_URL: 'user:secret@mail' }).join()).not.toContain(
      'secret',
    );
  });
});
