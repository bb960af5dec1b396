import { describe, expect, it } from '@jest/globals';
import { eachAnswered } from '../platform/graphql/each-answered.js';
import { EventStream, MOST_WAITING } from './event-stream.js';
import type { EventRow } from './public-events.queries.js';

const eventOf = (number: number, planId = 'plan'): EventRow => ({
  number,
  planId,
  type: 'CHECK_IN_PUBLISHED',
  subjectId: String(number),
  happenedAt: new Date(0),
});

/** A table of events, and a stream of those of one plan. */
function listening(after = 0) {
  const table: EventRow[] = [];
  const ended: EventStream[] = [];
  const stream = new EventStream({
    after,
    isWanted: ({ planId }) => planId === 'plan',
    read: (last, most) =>
      Promise.resolve(table.filter(({ number, planId }) => planId === 'plan' && number > last).slice(0, most)),
    onEnd: (over) => ended.push(over),
  });
  const commit = (...numbers: number[]): void => numbers.forEach((number) => table.push(eventOf(number)));
  const announce = (...numbers: number[]): void => numbers.forEach((number) => stream.hear(eventOf(number)));
  const take = async (count: number): Promise<number[]> => {
    const taken: number[] = [];
    while (taken.length < count) taken.push(((await stream.next()).value as EventRow).number);
    return taken;
  };
  return { stream, commit, announce, take, ended };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);

describe('a stream of events', () => {
  it('begins after the place it was given, with what lies in the past', async () => {
    const { commit, take } = listening(2);
    commit(1, 2, 3, 5);
    expect(await take(2)).toEqual([3, 5]);
  });

  it('gives once what is read and heard as well', async () => {
    const { commit, announce, take } = listening();
    commit(1, 2);
    announce(1, 2);
    expect(await take(2)).toEqual([1, 2]);
    commit(3);
    announce(2, 3);
    expect(await take(1)).toEqual([3]);
  });

  it('loses nothing that is committed while the past is read', async () => {
    const { commit, announce, take } = listening();
    commit(1);
    const first = take(3);
    commit(2, 3);
    announce(2, 3);
    expect(await first).toEqual([1, 2, 3]);
  });

  it('reads the table again for one who is slow, and forgets nothing', async () => {
    const { commit, announce, take } = listening();
    commit(1);
    expect(await take(1)).toEqual([1]);
    const many = range(2, 3 * MOST_WAITING);
    for (const number of many) {
      commit(number);
      announce(number);
    }
    expect(await take(many.length)).toEqual(many);
  });

  it('leaves out what belongs to another plan', async () => {
    const { stream, commit, announce, take } = listening();
    stream.hear(eventOf(1, 'another'));
    commit(2);
    announce(2);
    expect(await take(1)).toEqual([2]);
  });

  it('ends at once for one who waits, and says so once', async () => {
    const { stream, announce, ended } = listening();
    const waiting = stream.next();
    await stream.return();
    await stream.return();
    announce(1);
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(ended).toEqual([stream]);
  });

  it('ends when what it is to tell cannot be read, and leaves nobody listening', async () => {
    const ended: EventStream[] = [];
    const stream = new EventStream({
      after: 0,
      isWanted: () => true,
      read: () => Promise.reject(new Error('The database is away.')),
      onEnd: (over) => ended.push(over),
    });
    const answers = eachAnswered(stream, (event) => Promise.resolve(event.number));
    await expect(answers.next()).rejects.toThrow('away');
    expect(ended).toEqual([stream]);
    expect(await answers.next()).toEqual({ done: true, value: undefined });
  });

  it('ends when an event cannot be answered', async () => {
    const { stream, commit, ended } = listening();
    commit(1);
    const answers = eachAnswered(stream, () => Promise.reject(new Error('Revoked.')));
    await expect(answers.next()).rejects.toThrow('Revoked');
    expect(ended).toEqual([stream]);
  });
});
