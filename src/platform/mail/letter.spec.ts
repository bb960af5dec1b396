import { describe, expect, it } from '@jest/globals';
import { button, mailOf, paragraph, quote, type Letter } from './letter.js';

const letter = (more: Partial<Letter> = {}): Letter => ({
  language: 'en',
  subject: 'A subject',
  greeting: 'Dear colleague,',
  body: [
    { part: 'heading', text: 'A heading' },
    { part: 'state', text: 'It is late.', tone: 'late' },
    { part: 'list', lead: 'These are:', entries: [{ text: 'one', below: ['half', 'other half'] }, { text: 'two' }] },
    paragraph('A sentence.'),
    quote('First line\nsecond line'),
    button({ text: 'Go', url: 'http://example.org/a?b=c&d="e"' }),
  ],
  closing: ['Thank you.'],
  footer: [{ text: 'From us:', url: 'http://example.org' }],
  ...more,
});

describe('a letter', () => {
  it('is, as text, what it says from top to bottom', () => {
    expect(mailOf(letter()).text).toBe(
      [
        'Dear colleague,\n',
        'A heading\n',
        'It is late.\n',
        'These are:\n  - one\n      - half\n      - other half\n  - two\n',
        'A sentence.\n',
        '> First line\n> second line\n',
        'Go\nhttp://example.org/a?b=c&d="e"\n',
        'Thank you.\n',
        'From us: http://example.org\n',
      ].join('\n'),
    );
  });

  it('has its address in the button and below it, escaped', () => {
    const { html } = mailOf(letter());
    const url = 'http://example.org/a?b=c&#38;d=&#34;e&#34;';
    expect(html.split(`href="${url}"`)).toHaveLength(3);
    expect(html).toContain(`>${url}</a>`);
  });

  it('shows its first sentence beside the subject when nothing else is said', () => {
    const hidden = (more: Partial<Letter>) => /display:none[^>]*>([^<]*)</.exec(mailOf(letter(more)).html)?.[1];
    expect(hidden({})).toBe('A sentence.');
    expect(hidden({ preheader: 'Due <soon>' })).toBe('Due &#60;soon&#62;');
    expect(hidden({ body: [] })).toBe('');
  });

  it('has a subject of one line whatever is in it, and keeps what sets a name apart in it', () => {
    expect(mailOf(letter({ subject: 'x\r\nBcc: all@example.org\u2028y' })).subject).toBe('x Bcc: all@example.org y');
    expect(mailOf(letter({ subject: 'From \u2068سلمى\u2069' })).subject).toBe('From \u2068سلمى\u2069');
  });

  it.each([
    ['en', 'ltr', 'border-left'],
    ['ar', 'rtl', 'border-right'],
    ['ar-JO', 'rtl', 'border-right'],
  ])('in %s runs from the side where its lines begin', (language, direction, border) => {
    const { html } = mailOf(letter({ language }));
    expect(html).toContain(`<html lang="${language}" dir="${direction}"`);
    expect(html).toContain(`${border}:4px solid #c62828`);
  });
});
