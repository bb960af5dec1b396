import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { oneLine } from './one-line.js';

describe('a text as one line', () => {
  it.each([
    ['a\r\nBcc: b@example.org', 'a Bcc: b@example.org'],
    ['  a \t\u0085\u2028\u2029 b\u0000', 'a b'],
    ['\u202Eevil\u202C \u2067x\u2069', 'evil x'],
    ['وحدة العلاقات العامة', 'وحدة العلاقات العامة'],
    ['👩‍👩‍👧 Söhne', '👩‍👩‍👧 Söhne'],
  ])('of %j is %j', (text, expected) => {
    expect(oneLine(text)).toBe(expected);
  });

  it('has no line break and no mark that turns the direction, whatever was entered', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(oneLine(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        expect(oneLine(oneLine(text))).toBe(oneLine(text));
      }),
    );
  });
});
