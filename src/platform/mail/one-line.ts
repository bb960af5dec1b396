/**
 * The text as one line that cannot turn the direction of what stands around it: for headers, and for names that were
 * entered elsewhere and stand inside our sentences.
 */
export const oneLine = (text: string): string =>
  text
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
