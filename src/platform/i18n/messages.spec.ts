import { describe, expect, it } from '@jest/globals';
import { Messages } from './messages.js';

const messages = new Messages(
  { en: { hello: 'Hello {name}', only: 'Only here' }, fr: { hello: 'Bonjour {name}' } },
  'en',
);

describe('messages', () => {
  it('speak the first wanted language that there is, in any spelling, else the fallback', () => {
    expect(messages.languageFor(['xx', 'FR-ca', 'en'])).toBe('fr');
    expect(messages.languageFor(['xx'])).toBe('en');
    expect(messages.languageFor([])).toBe('en');
  });

  it('do not take for a language what every object has', () => {
    expect(messages.languageFor(['constructor', '__proto__', 'toString'])).toBe('en');
    expect(messages.say('constructor', 'hello', { name: 'Amal' })).toBe('Hello Amal');
  });

  it('fall back for a sentence that is not translated, and leave markup in arguments alone', () => {
    expect(messages.say('fr', 'only')).toBe('Only here');
    expect(messages.say('fr', 'hello', { name: '<b>{x}</b>' })).toBe('Bonjour <b>{x}</b>');
  });

  it.each(['ar', 'ar-EG', 'fa', 'mr'])(
    'write numbers in %s with the digits that keys and addresses have',
    (language) => {
      const text = '{count, plural, other {# / {count, number}}}';
      const own = new Messages({ en: {}, [language.slice(0, 2)]: { owed: text } }, 'en');
      expect(own.say(language, 'owed', { count: 1234 })).toMatch(/^1\D?234 \/ 1\D?234$/);
    },
  );

  it('that do not exist are a mistake of ours', () => {
    expect(() => messages.say('en', 'nowhere')).toThrow('There is no message "nowhere".');
  });
});
