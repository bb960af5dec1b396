import { describe, expect, it } from '@jest/globals';
import { namesTag } from './rest-answer.js';

describe('A header with tags', () => {
  it.each(['"a"', 'W/"a"', '"b", "a"', '"b",W/"a"', '*', ' * ', '"a-br"', '"a-gzip"'])('names a: %s', (header) =>
    expect(namesTag(header, 'a')).toBe(true),
  );
  it.each([undefined, '', 'a', '"', '"A"', '"a', '"ab"', '"a-zip"', '""', ','])('does not name a: %s', (header) =>
    expect(namesTag(header, 'a')).toBe(false),
  );
});
