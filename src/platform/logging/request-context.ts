import { AsyncLocalStorage } from 'node:async_hooks';
import type { DomainError } from '../errors/domain-error.js';
import type { Language } from '../i18n/text.js';

/**
 * Which connections to the database a request may use. Whoever runs the service, or signs in, has some of their own, so
 * that what all others ask does not keep them waiting.
 */
export type Lane = 'USUAL' | 'ESSENTIAL';

/** What is known of the request that is being answered, wherever in the code that is. */
export interface RequestContext {
  readonly requestId: string;
  readonly languages: readonly Language[];
  /** True once it is known that the request changes nothing, so that it may be answered a moment behind. */
  onlyReads?: boolean;
  /** True once it is known that its viewer is not the public. */
  isSignedIn?: boolean;
  /** True once it is known that whoever asks the same is answered the same. */
  isForEverybody?: boolean;
  /** What its viewer may see beyond the public, as `sightOf` has it; nothing until that is known. */
  sight?: string;
  /** The instant that is asked about, when it is not the present. */
  readonly asOf?: Date;
  /** Of a request over HTTP; nothing for what the service does by itself. */
  readonly lane?: Lane;
  /** Shared by all parts of a request of the usual lane: why it was given up, if it was. */
  readonly outcome?: { refusal?: DomainError };
}

const current = new AsyncLocalStorage<RequestContext>();

export const inRequest = <T>(context: RequestContext, work: () => T): T => current.run(context, work);

/** Lets a part of the service itself see everything: the drafts of every plan, too. */
export const seeingAll = <T>(part: string, work: () => T): T =>
  current.run({ requestId: part, languages: [], sight: '*' }, work);

/**
 * Does a part of the work as things stood at the instant: the clock shows it, and statements see the database as it was.
 * Null: as things stand.
 */
export const asThingsStood = <T>(asOf: Date | null | undefined, work: () => T): T =>
  asOf ? current.run({ ...(current.getStore() ?? { requestId: 'as-of', languages: [] }), asOf }, work) : work();

/** The instant that is asked about; undefined for the present. */
export const askedAsOf = (): Date | undefined => current.getStore()?.asOf;

/** Undefined outside a request: in a timer or a command. */
export const currentRequest = (): RequestContext | undefined => current.getStore();
