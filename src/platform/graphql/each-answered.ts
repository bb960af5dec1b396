/** Answers every event as it comes. Whoever stops taking answers ends the events, also while one is waited for. */
export function eachAnswered<Event, Answer>(
  events: AsyncIterable<Event>,
  answer: (event: Event) => Promise<Answer>,
): AsyncIterableIterator<Answer> {
  const source = events[Symbol.asyncIterator]();
  const over = { done: true, value: undefined } as const;
  const end = async (): Promise<IteratorResult<Answer>> => {
    await source.return?.();
    return over;
  };
  return {
    next: async () => {
      try {
        const event = await source.next();
        if (event.done) return over;
        return { done: false, value: await answer(event.value) };
      } catch (error) {
        await end();
        throw error;
      }
    },
    return: end,
    throw: async (error: unknown) => {
      await end();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
