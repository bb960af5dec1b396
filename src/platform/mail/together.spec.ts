import { describe, expect, it } from '@jest/globals';
import { Together } from './together.js';

/** Work that ends when it is told to, and says what it was given. */
function work() {
  const rounds: Array<{ items: readonly string[]; end: () => void; fail: (error: Error) => void }> = [];
  const together = new Together<string>(
    (items) => new Promise((resolve, reject) => rounds.push({ items, end: resolve, fail: reject })),
  );
  return { rounds, together, given: () => rounds.map(({ items }) => items) };
}
const soon = (): Promise<void> => new Promise(setImmediate);

describe('work that is done together', () => {
  it('begins at once with the first, and does what came meanwhile in one more round', async () => {
    const { rounds, together, given } = work();
    void together.add('a');
    await soon();
    expect(given()).toEqual([['a']]);
    for (const item of ['b', 'c', 'd']) void together.add(item);
    await soon();
    expect(given()).toEqual([['a']]);
    rounds[0]?.end();
    await soon();
    expect(given()).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('tells each caller when its own round is over, and how', async () => {
    const { rounds, together } = work();
    const [first, second] = [together.add('a'), soon().then(() => together.add('b'))];
    await soon();
    rounds[0]?.end();
    await first;
    await soon();
    await soon();
    rounds[1]?.fail(new Error('for the test'));
    await expect(second).rejects.toThrow('for the test');
    const third = together.add('c');
    await soon();
    rounds[2]?.end();
    await third;
  });
});
