import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const MEMORY = './src/platform/memory.ts';

/** Makes a lot that stays, forgets most of it as loading does, and tells how many megabytes the heap takes before and after. */
const loading = (inLittleRoom: boolean): string => `
  const { loadInLittleRoom, clearUpAfterLoading } = await import('${MEMORY}');
  const { getHeapSpaceStatistics } = await import('node:v8');
  const roomForNew = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size / 1e6;
  const taken = () => process.memoryUsage().heapTotal / 1e6;
  const make = (many) => Array.from({ length: many }, (_, n) => ({ n, text: 'made ' + n }));
  if (${inLittleRoom}) loadInLittleRoom();
  const kept = make(600_000).filter(({ n }) => n % 10 === 0);
  const [loaded, room] = [taken(), roomForNew()];
  if (${inLittleRoom}) clearUpAfterLoading();
  const cleared = taken();
  for (let n = 0; n < 20; n += 1) kept.push(...make(100_000).slice(0, 10_000));
  console.log(JSON.stringify({ loaded, room, cleared, underLoad: roomForNew(), kept: kept.length, gc: typeof gc }));`;

async function measured(inLittleRoom: boolean) {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    './test/support/typescript-loader.js',
    '--input-type=module',
    '--eval',
    loading(inLittleRoom),
  ]);
  return JSON.parse(stdout) as Record<'loaded' | 'room' | 'cleared' | 'underLoad' | 'kept', number> & { gc: string };
}

it('loading takes little room for what is soon forgotten, gives back what it has left, and gives way under load', async () => {
  const [usual, little] = [await measured(false), await measured(true)];
  expect(little.room).toBeLessThan(usual.room / 4);
  expect(little.cleared).toBeLessThan(little.loaded / 2);
  expect(little.underLoad).toBeGreaterThan(usual.underLoad / 2);
  expect(little).toMatchObject({ kept: usual.kept, gc: 'undefined' });
});
