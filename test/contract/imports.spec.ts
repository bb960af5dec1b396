import { beforeAll, describe, expect, it } from '@jest/globals';
import { cruise, type ICruiseResult } from 'dependency-cruiser';

/** Each may import only what stands before it; what is not named here stands on top. */
const ORDER = [
  'platform',
  'institutions',
  'action-plans',
  'accounts',
  'audit',
  'working-groups',
  'commitments',
  'check-ins',
  'assessments',
  'reminders',
  'publications',
  'feeds',
  'interchange',
  'rest',
  'portal',
];

/** Migrations are part of the platform: they are how its database comes to be. */
const placeOf = (path: string): number =>
  path.startsWith('migrations/') ? 0 : ORDER.indexOf(path.split('/')[1] ?? '');
const heightOf = (path: string): number => (placeOf(path) < 0 ? ORDER.length : placeOf(path));

describe('the import graph', () => {
  let modules: ICruiseResult['modules'];
  beforeAll(async () => {
    const { output } = await cruise(['src', 'migrations'], {
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      exclude: { path: 'node_modules|\\.spec\\.ts$' },
    });
    modules = (output as ICruiseResult).modules.filter(({ source }) => source.endsWith('.ts'));
  });

  it('was read', () => {
    expect(modules.length).toBeGreaterThan(100);
    expect(modules.flatMap(({ dependencies }) => dependencies).length).toBeGreaterThan(400);
  });

  it('lets every feature import only features before it', () => {
    const upwards = modules.flatMap(({ source, dependencies }) =>
      dependencies
        .filter(({ resolved }) => /^(src|migrations)\//.test(resolved) && heightOf(resolved) > heightOf(source))
        .map(({ resolved }) => `${source} imports ${resolved}`),
    );
    expect(upwards).toEqual([]);
  });

  it('has no cycle', () => {
    const circular = modules.flatMap(({ source, dependencies }) =>
      dependencies.filter(({ circular }) => circular).map(({ resolved }) => `${source} ⇄ ${resolved}`),
    );
    expect(circular).toEqual([]);
  });
});
