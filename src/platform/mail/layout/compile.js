/**
 * Makes letter.layout.ts of letter.mjml, so that nothing of the layout library is loaded when mails are written.
 * With --print it writes to its output instead: that is how a test sees whether the file is up to date.
 */
import mjml from 'mjml';
import { readFile, writeFile } from 'node:fs/promises';

const source = await readFile(new URL('letter.mjml', import.meta.url), 'utf8');
const target = new URL('letter.layout.ts', import.meta.url);

const layouts = [
  ['ltr', await partsOf({ direction: 'ltr', start: 'left' })],
  ['rtl', await partsOf({ direction: 'rtl', start: 'right' })],
];
const file = `// Made of letter.mjml by \`npm run mails\`: change that file, not this one.
import { html, type Html } from '../../pages/html.js';

type Slot = string | Html | readonly Html[] | null;

/** What every mail is made of. Whatever is put into a slot is escaped, unless it is markup already. */
export const LETTER_LAYOUT = {
${layouts.map(([direction, parts]) => `  ${direction}: {\n${parts.map(written).join('')}  },\n`).join('')}};
`;

if (process.argv.includes('--print')) process.stdout.write(file);
else await writeFile(target, file);

/** The names of the parts and their markup, in one direction of writing. */
async function partsOf(direction) {
  const directed = source.replace(/\[\[(\w+)\]\]/g, (_, name) => direction[name]);
  const { html } = await mjml(directed, { validationLevel: 'strict', keepComments: false });
  const [opening, ...named] = withoutIndents(html).split(/@@(\w+)@@/);
  const parts = [['opening', opening]];
  for (let at = 0; at < named.length; at += 2) parts.push([named[at], named[at + 1]]);
  return parts;
}

function withoutIndents(html) {
  return `${html.replace(/\s*\n\s*/g, '\n').trim()}\n`;
}

/** One part as the source of a function. */
function written([name, markup]) {
  const slots = [...new Set([...markup.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, slot]) => slot))];
  const template = markup.replace(/[\\`]|\$(?=\{)/g, '\\$&').replace(/\{\{\s*(\w+)\s*\}\}/g, '$${$1}');
  const parameters = slots.length
    ? `{ ${slots.join(', ')} }: Readonly<Record<${slots.map((slot) => `'${slot}'`).join(' | ')}, Slot>>`
    : '';
  return `    ${name}: (${parameters}): Html => html\`${template}\`,\n`;
}
