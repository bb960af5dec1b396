import { describe, expect, it } from '@jest/globals';
import { browserName } from './browser-name.js';
import { mailAddress } from './mail-address.js';

describe('a mail address', () => {
  it.each([
    ['Mayor@Example.ORG', 'mayor@example.org'],
    ["  o'brien+ogp@sub.example.org ", "o'brien+ogp@sub.example.org"],
    ['a@xn--mgbh0fb.example', 'a@xn--mgbh0fb.example'],
  ])('is kept in lower case: %s', (given, kept) => {
    expect(mailAddress(given)).toBe(kept);
  });

  it.each([
    ['nothing', ''],
    ['no text', undefined],
    ['a list', ['a@example.org']],
    ['a header more', 'a@example.org\r\nBcc: b@example.org'],
    ['two addresses', 'a@example.org,b@example.org'],
    ['a name around it', 'Mayor <a@example.org>'],
    ['a NUL', 'a\0@example.org'],
    ['a space in it', 'a b@example.org'],
    ['a host without a dot', 'root@localhost'],
    ['10,000 characters', `${'a'.repeat(10_000)}@example.org`],
    ['a long domain', `a@${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.org`],
    ['letters that look like others', 'mаyor@example.org'],
  ])('is not %s', (_, given) => {
    expect(mailAddress(given)).toBeNull();
  });
});

describe('the name of a browser', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox, Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0',
      'Edge, Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari, iOS',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36',
      'Chrome, Android',
    ],
    ['<script>', ''],
    [undefined, ''],
  ])('is short: %s', (userAgent, name) => {
    expect(browserName(userAgent)).toBe(name);
  });
});
