import type { LocalizedText } from '../platform/i18n/text.js';
import type { FileText } from './plan-file.js';

/** An expanded text as it is stored. */
export const localized = (text: FileText): LocalizedText => text as LocalizedText;
export const localizedOrNull = (text: FileText | undefined): LocalizedText | null =>
  text === undefined ? null : localized(text);
