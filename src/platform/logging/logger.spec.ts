import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { withoutSecrets } from './secrets.js';

const run = promisify(execFile);

describe('The log', () => {
  it.each([
    ['postgres://mithaq:pa%40ss:word@db:5432/mithaq', 'postgres://[secret]@db:5432/mithaq'],
    ['smtps://only-a-user@mail.example.org', 'smtps://[secret]@mail.example.org'],
    ['authorization: Bearer abc.def-ghi==', 'authorization: Bearer [secret]'],
    ['signed by whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'signed by [secret]'],
    ['of mithaq_9f8e7d6c5b4a39281706f5e4d3c2b1a0-_x it', 'of [secret] it'],
  ])('writes %s without what is secret in it', (line, expected) => {
    expect(withoutSecrets(line)).toBe(expected);
  });

  it.each(['https://ogp.example.org/members/@salt', 'mayor@example.org', 'mithaq_outbox', 'the bearer'])(
    'leaves %s as it is',
    (line) => expect(withoutSecrets(line)).toBe(line),
  );

  it('leaves out secret fields, however deep they lie in an error', async () => {
    const lines = await logged(`
      const cause = Object.assign(new Error('duplicate'), { detail: 'Key (email)=(SECRET) exists' });
      const err = Object.assign(new Error('connect to postgres://u:SECRET@db/x'), {
        parameters: ['SECRET'],
        driverError: cause,
        request: { headers: { authorization: 'Bearer SECRET', cookie: 'a=SECRET', 'set-cookie': ['SECRET'] } },
      });
      log.error({ err, token: 'SECRET', config: { auth: { password: 'SECRET' } } }, 'It failed with Bearer SECRET');
    `);

    expect(lines).toContain('It failed');
    expect(lines).toContain('duplicate');
    expect(lines).not.toContain('SECRET');
  });
});

/** What a process of its own writes to standard output with the service's log. */
async function logged(script: string): Promise<string> {
  const program = `import { createLogger } from './src/platform/logging/logger.js'; const log = createLogger('info'); ${script}`;
  const loader = ['--import', './test/support/typescript-loader.js'];
  const { stdout } = await run(process.execPath, [...loader, '--input-type=module', '-e', program]);
  return stdout;
}
