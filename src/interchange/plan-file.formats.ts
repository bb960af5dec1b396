import { LANGUAGE_PATTERN } from '../platform/i18n/text.js';
import { dayOrMonth } from './partial-date.js';

/** A rule for a text: in full, and as the pattern that comes nearest to it, for editors. */
interface Format {
  readonly accepts: (value: string) => boolean;
  readonly pattern: string;
}

const matching = (pattern: string): ((value: string) => boolean) => {
  const expression = new RegExp(pattern, 'u');
  return (value) => expression.test(value);
};

/** The years leave room for any plan, and none for slips that would make thousands of reporting periods. */
const YEAR = '(19|20|21)[0-9]{2}';
const MONTH = '(0[1-9]|1[0-2])';
const DAY = '(0[1-9]|[12][0-9]|3[01])';
/** What no database, feed or page can hold: control characters, NUL first of all, and halves of characters. */
const UNSTORABLE = '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f\\ud800-\\udfff';
const LINE_BREAKS = '\\t\\n\\r\\u0080-\\u009f\\u2028\\u2029';
const ADDRESS_PART = '[^\\s\\p{C}<>@",;:\\\\()\\[\\]]';

const formatOf = (pattern: string, more: (value: string) => boolean = () => true): Format => {
  const matches = matching(pattern);
  return { pattern, accepts: (value) => matches(value) && more(value) };
};
const exists = (value: string): boolean => dayOrMonth(value, 'first') !== null;

/** The formats that the schema names, each with a message `planFile.format.…` of its own. */
export const FORMATS = {
  day: formatOf(`^${YEAR}-${MONTH}-${DAY}$`, exists),
  'day-or-month': formatOf(`^${YEAR}-${MONTH}(-${DAY})?$`, exists),
  text: formatOf(`^[^${UNSTORABLE}]*$`),
  line: formatOf(`^[^${UNSTORABLE}${LINE_BREAKS}]*$`),
  key: formatOf('^[a-z0-9]+(-[a-z0-9]+)*$'),
  language: formatOf(LANGUAGE_PATTERN, (value) => runs(() => Intl.getCanonicalLocales(value))),
  country: formatOf('^[A-Z]{2}$'),
  'http-url': formatOf('^https?://[^\\s\\p{C}]+$', (value) => URL.canParse(value)),
  'mail-address': formatOf(`^${ADDRESS_PART}+@${ADDRESS_PART}+\\.${ADDRESS_PART.replace('[^', '[^.')}+$`),
  'time-zone': formatOf('^[A-Za-z][A-Za-z0-9_+/-]*$', (value) =>
    runs(() => new Intl.DateTimeFormat('en', { timeZone: value })),
  ),
} satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;

function runs(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
