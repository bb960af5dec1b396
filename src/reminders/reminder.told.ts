import { createHash } from 'node:crypto';
import type { LetterSection } from './reminder.letter.js';

/**
 * Two sections with the same hash are told in the same words, so that a mail whose facts still hold need not be written
 * again. The link is left out: a mail keeps its own.
 */
export function toldHash({ plan, stage, audience, facts }: LetterSection): Buffer {
  const { id, key, title, language, country, timeZone, replyTo } = plan;
  const told = [id, key, title, language, country, timeZone, replyTo, stage, audience, facts];
  return createHash('sha256').update(JSON.stringify(told)).digest();
}
