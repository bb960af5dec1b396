const LONGEST = 254;
/** What browsers take in a field for mail addresses (HTML, "valid e-mail address"), with a dot in the domain. */
const SHAPE =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;

/** The address as it is stored and compared, in lower case; null when it is none. */
export function mailAddress(given: unknown): string | null {
  if (typeof given !== 'string' || given.length > LONGEST * 2) return null;
  const address = given.trim().toLowerCase();
  return address.length <= LONGEST && SHAPE.test(address) ? address : null;
}
