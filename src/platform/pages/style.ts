import { createHash } from 'node:crypto';

/** The look of all pages: one column, readable from 320 pixels on, in the reader's light or dark theme. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: #1a1f1c; --soft: #4a544e; --paper: #ffffff; --field: #ffffff; --line: #767f79;
  --strong: #14532d; --on-strong: #ffffff; --trouble: #9b1c1c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #eef2ef; --soft: #b9c3bd; --paper: #141816; --field: #1d2320; --line: #8b958f;
    --strong: #86d3a4; --on-strong: #0c1a12; --trouble: #ffb4ab;
  }
}
* { box-sizing: border-box }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.6 'Segoe UI', 'Noto Sans', 'Noto Sans Arabic', Tahoma, Arial, sans-serif; overflow-wrap: anywhere;
}
header, main, footer { max-width: 40rem; margin-inline: auto; padding: 1rem }
header { font-weight: 600; color: var(--strong) }
footer { color: var(--soft); border-block-start: 1px solid var(--line); margin-block-start: 2rem }
footer ul { display: flex; flex-wrap: wrap; gap: 1rem; list-style: none; padding: 0; margin: 0 }
h1 { font-size: 1.6rem; line-height: 1.3; margin-block: 0.5rem 1rem }
h2 { font-size: 1.2rem; margin-block: 2rem 0.5rem }
a { color: var(--strong) }
label { display: block; font-weight: 600; margin-block-end: 0.25rem }
input, select, textarea {
  font: inherit; width: 100%; min-height: 2.75rem; padding: 0.5rem 0.75rem; color: var(--ink); background: var(--field);
  border: 1px solid var(--line); border-radius: 4px;
}
input[type='radio'], input[type='checkbox'] { width: 1.25rem; min-height: 0; height: 1.25rem; margin: 0; flex: none }
label.choice { display: flex; gap: 0.5rem; align-items: center; font-weight: 400; min-height: 2.25rem }
fieldset { border: 1px solid var(--line); border-radius: 4px; margin: 0 0 1rem; padding: 0.5rem 1rem; min-width: 0 }
legend { font-weight: 600; padding-inline: 0.25rem }
blockquote { margin: 0 0 1rem; padding-inline-start: 0.75rem; border-inline-start: 4px solid var(--line); white-space: pre-line }
button {
  font: inherit; font-weight: 600; min-height: 2.75rem; padding: 0.5rem 1.25rem; cursor: pointer;
  color: var(--on-strong); background: var(--strong); border: 1px solid var(--strong); border-radius: 4px;
}
button.quiet { color: var(--strong); background: transparent }
:focus-visible { outline: 3px solid var(--strong); outline-offset: 2px }
form { margin-block: 1rem }
form > * + button { margin-block-start: 1rem }
.trouble { color: var(--trouble); font-weight: 600; margin-block: 0.25rem }
.wide { overflow-x: auto; margin-block: 1rem }
table { border-collapse: collapse; font-size: 0.9rem }
th, td { border: 1px solid var(--line); padding: 0.25rem 0.5rem; text-align: start; vertical-align: top; overflow-wrap: normal }
th[scope='row'] { min-width: 14rem; font-weight: 400 }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid var(--line); border-radius: 4px; font-size: 0.85rem; overflow-wrap: normal }
.soft { color: var(--soft) }
.cards { list-style: none; padding: 0; margin: 0 }
.cards > li { border: 1px solid var(--line); border-radius: 4px; padding: 0.75rem 1rem; margin-block-end: 0.75rem }
.cards p { margin: 0 }
.cards form { margin-block: 0.5rem 0 }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem }
.actions form { margin: 0 }
`;

/** Named by its content, so that a browser may keep it for ever. */
export const STYLE_PATH = `/pages/${createHash('sha256').update(STYLE).digest('hex').slice(0, 12)}.css`;
