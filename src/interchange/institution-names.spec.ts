import { describe, expect, it } from '@jest/globals';
import { institutionsNamed } from './institution-names.js';
import type { FileInstitution } from './plan-file.js';

const institution = (key: string, name: string): FileInstitution => ({
  key,
  name: { en: name },
  kind: 'GOVERNMENT',
  contacts: [],
});

describe('the institutions that a cell names', () => {
  it('may have semicolons in their names', () => {
    const roads = institution('roads', 'Roads; bridges; tunnels');
    const parks = institution('parks', 'Parks');
    const found = institutionsNamed('Parks; Roads; bridges; tunnels ;; nobody', [parks, roads]);
    expect(found).toEqual([
      { institution: parks, wasCut: false },
      { institution: roads, wasCut: false },
      { name: 'nobody', candidates: 0 },
    ]);
  });

  it.each([';', 'x;', 'Parks;'])('are looked for as often as there are parts, however many: %s', (part) => {
    let looks = 0;
    const parks = {
      ...institution('parks', 'Parks'),
      get name() {
        looks += 1;
        return { en: 'Parks' };
      },
    };
    const parts = 1_000;
    const found = institutionsNamed(part.repeat(parts), [parks]);
    expect(found).toHaveLength(part === ';' ? 0 : parts);
    expect(looks).toBeLessThanOrEqual(2 * parts);
  });
});
