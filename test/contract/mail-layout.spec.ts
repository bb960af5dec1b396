import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const FOLDER = 'src/platform/mail/layout';

describe('the layout of mails', () => {
  it('is compiled from its source as it stands; a change is compiled with `npm run mails` and committed', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [`${FOLDER}/compile.js`, '--print']);
    expect(stdout).toBe(readFileSync(`${FOLDER}/letter.layout.ts`, 'utf8'));
  });

  it('needs its compiler for nothing that ships', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object };
    expect(Object.keys(dependencies).filter((name) => name.startsWith('mjml'))).toEqual([]);
  });

  it('is the same in both directions of writing, but for the sides', () => {
    const [, ltr = '', rtl = ''] = readFileSync(`${FOLDER}/letter.layout.ts`, 'utf8').split(/^ {2}(?:ltr|rtl): \{$/m);
    const mirrored = (layout: string) =>
      layout
        .replace(/\b(?:left|right)\b/g, 'side')
        .replace(/\b(?:ltr|rtl)\b/g, 'direction')
        .replace(/\n\};\s*$/, '')
        .trim();
    expect(mirrored(rtl)).toBe(mirrored(ltr));
  });
});
