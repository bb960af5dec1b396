import type { Viewer } from '../access/viewer.js';
import type { Language } from '../i18n/text.js';
import type { RequestLoaders } from './loaders.js';

/** What every resolver of one request shares. */
export interface GraphQLContext {
  readonly viewer: Viewer;
  /** Languages of the caller, best first. */
  readonly languages: readonly Language[];
  readonly loaders: RequestLoaders;
}
