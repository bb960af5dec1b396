import type { Language } from '../platform/i18n/text.js';

export const CODEBOOK_SHEET = 'codebook';
export const STAMP_MEANING =
  'Which state of the plan this workbook shows. Leave it in: when the workbook is imported again, it tells what others changed since.';

/** What a workbook was made of. */
export interface WorkbookStamp {
  readonly plan: string;
  readonly period: string | null;
  readonly language: Language;
  /** Changes whenever a file of the plan would: see `ProgressQueries.stamp`. */
  readonly state: string;
}

export const stampText = ({ plan, period, language, state }: WorkbookStamp): string =>
  [plan, period ?? '', language, state].join(' | ');

const STAMP = /^([a-z0-9-]+) \| ([\w-]*) \| ([A-Za-z0-9-]+) \| ([\w.-]+)$/;

/** The stamp that the text is; null when it is none. */
export function stampOf(text: string): WorkbookStamp | null {
  const [, plan, period, language, state] = STAMP.exec(text.trim()) ?? [];
  return plan && language && state ? { plan, period: period || null, language, state } : null;
}

/** The number of the newest change that the state knows of. */
export const changeOfState = (state: string): number => Number(/^\d+(?=\.)/.exec(state)?.[0] ?? 0);
