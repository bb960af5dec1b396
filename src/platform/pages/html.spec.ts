import { describe, expect, it } from '@jest/globals';
import { html } from './html.js';

describe('html', () => {
  it('escapes text wherever it is put in, in attributes too', () => {
    const text = `<script>alert("1" & '2')</script>\``;
    expect(html`<p title="${text}">${text}</p>`.toString()).not.toMatch(/<script|"1"|'2'|`/);
    expect(html`${'a < b'}`.toString()).toBe('a &#60; b');
  });

  it('puts in markup and lists of it as they are, and nothing where there is nothing', () => {
    const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`);
    expect(
      html`<ul>
          ${items}
        </ul>
        ${null}${undefined}${false}${0}`
        .toString()
        .replaceAll(/\s/g, ''),
    ).toBe('<ul><li>a</li><li>&#60;b&#62;</li></ul>0');
  });
});
