import ICAL from 'ical.js';
import type { Language } from '../i18n/text.js';
import { timeZoneComponent } from './time-zone-component.js';

// A line has at most 75 bytes (RFC 5545, 3.1), and the library does not count the space that a continued one begins with.
ICAL.foldLength = 74;

/** The whole of a day, an instant, or a time on the clocks of a place. */
export type EventStart =
  | { readonly day: string }
  | { readonly instant: Date }
  | { readonly day: string; readonly time: string; readonly timeZone: string };

export interface CalendarEvent {
  /** Stays the same for ever, so that a calendar moves the event instead of adding another. */
  readonly uid: string;
  /** Grows when the event is moved. */
  readonly sequence: number;
  /** When what it says was written, and not when it is read: the same event is the same bytes. */
  readonly stamp: Date;
  readonly start: EventStart;
  readonly summary: string;
  readonly description: string | null;
  readonly location: string | null;
  readonly status?: 'CONFIRMED' | 'CANCELLED';
  readonly url?: string;
}

/** A calendar that programs come back to (RFC 7986). */
export interface Subscription {
  readonly name: string;
  readonly description: string;
  readonly language: Language;
  /** Where it is found again. */
  readonly source: string;
  /** What it is about, for people. */
  readonly url: string;
  readonly lastModified: Date;
  /** How long a program may wait before it looks again. */
  readonly refreshHours: number;
}

/**
 * A file that calendars take in (RFC 5545). It is published and no invitation: programs would ask their users whether
 * they accept.
 */
export function calendarFile(product: string, events: readonly CalendarEvent[], subscription?: Subscription): string {
  const calendar = new ICAL.Component('vcalendar');
  calendar.addPropertyWithValue('version', '2.0');
  calendar.addPropertyWithValue('prodid', `-//Mithaq//${product}//EN`);
  calendar.addPropertyWithValue('method', 'PUBLISH');
  if (subscription) subscribed(calendar, subscription);
  for (const zone of zonesOf(events)) calendar.addSubcomponent(zone);
  for (const event of events) calendar.addSubcomponent(componentOf(event, subscription?.language));
  return `${calendar.toString()}\r\n`;
}

function subscribed(calendar: ICAL.Component, { language, ...of }: Subscription): void {
  const { name, description, refreshHours, lastModified } = of;
  const every = ICAL.Duration.fromSeconds(refreshHours * 3_600);
  text(calendar, 'name', name, language);
  // What programs that are older than RFC 7986 read.
  calendar.addPropertyWithValue('x-wr-calname', printable(name));
  text(calendar, 'description', description, language);
  property(calendar, 'refresh-interval', 'duration', every);
  property(calendar, 'x-published-ttl', 'duration', every);
  property(calendar, 'source', 'uri', of.source);
  calendar.addPropertyWithValue('url', of.url);
  calendar.addPropertyWithValue('last-modified', ICAL.Time.fromJSDate(lastModified, true));
}

function componentOf({ start, ...event }: CalendarEvent, language: Language | undefined): ICAL.Component {
  const component = new ICAL.Component('vevent');
  const stamp = ICAL.Time.fromJSDate(event.stamp, true);
  component.addPropertyWithValue('uid', event.uid);
  component.addPropertyWithValue('sequence', event.sequence);
  component.addPropertyWithValue('dtstamp', stamp);
  if (language !== undefined) component.addPropertyWithValue('last-modified', stamp);
  startsAt(component, start);
  text(component, 'summary', event.summary, language);
  if (event.description !== null) text(component, 'description', event.description, language);
  if (event.location !== null) text(component, 'location', event.location);
  if (event.url !== undefined) component.addPropertyWithValue('url', event.url);
  if (event.status !== undefined) component.addPropertyWithValue('status', event.status);
  component.addPropertyWithValue('transp', isWholeDay(start) ? 'TRANSPARENT' : 'OPAQUE');
  return component;
}

function startsAt(component: ICAL.Component, start: EventStart): void {
  if ('instant' in start) component.addPropertyWithValue('dtstart', ICAL.Time.fromJSDate(start.instant, true));
  else if (!('time' in start)) component.addPropertyWithValue('dtstart', ICAL.Time.fromDateString(start.day));
  else {
    const local = ICAL.Time.fromDateTimeString(`${start.day}T${start.time}:00`);
    component.addPropertyWithValue('dtstart', local).setParameter('tzid', start.timeZone);
  }
}

const isWholeDay = (start: EventStart): boolean => !('instant' in start) && !('time' in start);

/** Every time zone that an event names, with its rules over the days of its events. */
function zonesOf(events: readonly CalendarEvent[]): ICAL.Component[] {
  const days = new Map<string, string[]>();
  for (const { start } of events)
    if ('time' in start) days.set(start.timeZone, [...(days.get(start.timeZone) ?? []), start.day].sort());
  return [...days].map(([zone, of]) => timeZoneComponent(zone, of[0] ?? '', of.at(-1) ?? ''));
}

function text(component: ICAL.Component, name: string, value: string, language?: Language): void {
  const added = component.addPropertyWithValue(name, printable(value));
  if (language !== undefined) added.setParameter('language', language);
}

/** For properties that the library has no type for. */
function property(calendar: ICAL.Component, name: string, type: string, value: ICAL.Duration | string): void {
  const added = new ICAL.Property(name);
  added.resetType(type);
  added.setValue(value);
  calendar.addProperty(added);
}

/** Line breaks are escaped; no other control character may stand in a calendar (RFC 5545, 3.3.11). */
const printable = (value: string): string => value.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]/gu, ' ');
