import ICAL from 'ical.js';
import { Temporal } from 'temporal-polyfill';

/**
 * The rules of an IANA time zone between two days, both included, as a calendar carries them (RFC 5545, 3.6.5): what the
 * clocks showed at first, and every change since. Rules that repeat for ever would be wrong where a country changes its
 * mind, as Jordan did in 2022.
 */
export function timeZoneComponent(timeZone: string, firstDay: string, lastDay: string): ICAL.Component {
  const component = new ICAL.Component('vtimezone');
  component.addPropertyWithValue('tzid', timeZone);
  // A day of slack on either side: the clocks may change on it.
  let now = Temporal.PlainDate.from(firstDay).subtract({ days: 1 }).toZonedDateTime(timeZone);
  const end = Temporal.PlainDate.from(lastDay).add({ days: 2 }).toZonedDateTime(timeZone);
  component.addSubcomponent(observance('standard', now.toPlainDateTime(), now, now));
  for (;;) {
    const next = now.getTimeZoneTransition('next');
    if (!next || Temporal.ZonedDateTime.compare(next, end) > 0) return component;
    const before = next.subtract({ nanoseconds: 1 });
    if (before.offsetNanoseconds !== next.offsetNanoseconds) {
      // The change is told by the clocks that are about to be changed.
      const onset = next.toPlainDateTime().add({ nanoseconds: before.offsetNanoseconds - next.offsetNanoseconds });
      const kind = next.offsetNanoseconds > before.offsetNanoseconds ? 'daylight' : 'standard';
      component.addSubcomponent(observance(kind, onset, before, next));
    }
    now = next;
  }
}

function observance(
  kind: 'standard' | 'daylight',
  onset: Temporal.PlainDateTime,
  before: Temporal.ZonedDateTime,
  after: Temporal.ZonedDateTime,
): ICAL.Component {
  const component = new ICAL.Component(kind);
  component.addPropertyWithValue('dtstart', ICAL.Time.fromDateTimeString(onset.toString({ smallestUnit: 'second' })));
  component.addPropertyWithValue('tzoffsetfrom', offsetOf(before));
  component.addPropertyWithValue('tzoffsetto', offsetOf(after));
  return component;
}

const offsetOf = ({ offsetNanoseconds }: Temporal.ZonedDateTime): ICAL.UtcOffset =>
  ICAL.UtcOffset.fromSeconds(offsetNanoseconds / 1e9);
