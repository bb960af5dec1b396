import { ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import { InvalidInput, type Violation } from '../errors/domain-error.js';
import { refusedInput } from './input-rules.js';

/**
 * Checks every argument by the rules of its class, and every text in it for what no database can store. Fields are
 * named as the caller wrote them: `input.report.obstacles`.
 */
export class InputPipe extends ValidationPipe {
  constructor() {
    super({ transform: true, whitelist: false, exceptionFactory: refusedInput });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'custom') return value;
    const unstorable = unstorableTexts(value, metadata.data ?? '');
    if (unstorable.length > 0) throw new InvalidInput(unstorable);
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      throw error instanceof InvalidInput && metadata.data ? error.within(metadata.data) : error;
    }
  }
}

function unstorableTexts(value: unknown, field: string): Violation[] {
  if (typeof value === 'string') return unstorable(value).map((key) => ({ field, key }));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, part]) => unstorableTexts(part, field ? `${field}.${name}` : name));
}

function unstorable(text: string): string[] {
  if (text.includes('\0')) return ['input.nul'];
  // With the u flag a whole character is no surrogate: only halves are found.
  return /\p{Surrogate}/u.test(text) ? ['input.brokenText'] : [];
}
