import { describe, expect, it } from '@jest/globals';
import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { Overloaded, Unavailable, unavailableFor } from './not-now.js';

const coded = (code: string): Error => Object.assign(new Error('It failed.'), { code });

describe('what a request failed with', () => {
  it.each([
    coded('57P01'),
    coded('57P03'),
    coded('08006'),
    coded('25006'),
    coded('ECONNREFUSED'),
    coded('ECONNRESET'),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
    // TypeORM lets go of a connection that broke between two statements of a transaction.
    new QueryRunnerAlreadyReleasedError(),
    new QueryRunnerProviderAlreadyReleasedError(),
  ])('is that the database is away: %s', (error) => expect(unavailableFor(error)).toBeInstanceOf(Unavailable));

  it.each([
    coded('23505'),
    coded('0A000'),
    coded('57014'),
    new Error('Cannot read properties of undefined'),
    Overloaded.now(),
    null,
  ])('is something else: %s', (error) => expect(unavailableFor(error)).toBe(error));
});
