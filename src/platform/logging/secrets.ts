/** What of an error or a request is nobody's business: secrets, and the values of a failed statement, which hold people's data. */
const NAMES = ['authorization', 'cookie', 'set-cookie', 'password', 'secret', 'token', 'parameters', 'detail'];

/** Paths as the log's redaction wants them: in the entry itself and in what lies up to three levels inside it. */
export const SECRET_FIELDS: readonly string[] = NAMES.flatMap((name) =>
  ['', '*', '*.*', '*.*.*'].map((place) => `${place}["${name}"]`),
);

const PATTERNS: ReadonlyArray<readonly [RegExp, string]> = [
  [/:\/\/[^\s"/@]+@/g, '://[secret]@'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [secret]'],
  [/\bmithaq_[\w-]{16,}/g, '[secret]'],
  [/\bwhsec_[\w+/=]{16,}/g, '[secret]'],
];

/** Libraries write addresses with their passwords, and tokens, into sentences, where no field can be left out. */
export const withoutSecrets = (line: string): string =>
  PATTERNS.reduce((text, [pattern, instead]) => text.replace(pattern, instead), line);
