import { describe, expect, it } from '@jest/globals';
import { databaseOptions } from './database.js';

/** How PgBouncer reads `options`: a space too many, and it refuses the connection. */
const READ_BY_PGBOUNCER = /^(-c [\w.]+=\S+)( -c [\w.]+=\S+)*$/;

describe('what connections start with', () => {
  it.each([{}, { role: null, sight: '' }, { role: 'mithaq_app' }, { sight: '*' }, { role: 'mithaq_app', sight: '*' }])(
    'can be read by a pooler: %j',
    (session) => {
      const { extra } = databaseOptions('postgres://mithaq@127.0.0.1/mithaq', session) as {
        extra: { options: string };
      };
      expect(extra.options).toMatch(READ_BY_PGBOUNCER);
      expect(extra.options).toContain('timezone=UTC');
    },
  );
});
