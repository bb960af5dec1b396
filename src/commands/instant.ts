import { InvalidArgumentError } from 'commander';

/** An option that is an instant. */
export function instant(value: string): Date {
  const parsed = new Date(value);
  const complete = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(value);
  if (!complete || Number.isNaN(parsed.getTime()))
    throw new InvalidArgumentError('Give an instant with its offset, such as 2024-07-09T09:00+03:00.');
  return parsed;
}
