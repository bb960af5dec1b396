import type { ListResource, OneResource } from './resources.js';

/** What of an operation cannot be read off the question that it asks. */
export interface Operation {
  readonly method: 'get' | 'put' | 'post';
  readonly path: string;
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description: string;
  readonly answers:
    | { readonly list: ListResource; readonly withChanges?: boolean }
    | { readonly one: OneResource }
    | 'CHECK_IN'
    | 'DOCUMENT'
    | { readonly file: FileAnswer };
  /** Names of parameters beside those of the path. */
  readonly asks?: readonly string[];
  /** Whether the answer has a date as well as a tag: where nothing but writes changes it. */
  readonly isDated?: boolean;
  readonly takes?: 'CheckInSaveDraftInput' | 'CheckInSubmitInput' | 'FILE';
  readonly refusals: readonly number[];
}

/** A file, or a shape that GraphQL does not have. */
export interface FileAnswer {
  readonly type: string;
  readonly schema: object;
  readonly example: unknown;
}

export const TAGS = {
  Plans: 'Action plans with what was promised: commitments and their milestones, periods and institutions.',
  'Check-ins': 'What implementing agencies report: their claims, beside what was verified.',
  Files: 'Progress as files, and what was published: frozen, with a hash, under addresses that stay.',
  Feeds:
    'What others subscribe to: feeds of what happened, a calendar, and the description for catalogues of open data.',
  Description: 'This document.',
} as const;
export type Tag = keyof typeof TAGS;
