import { MilestoneStatus, type OgpValue } from '../commitments/commitment.vocabulary.js';
import { InstitutionKind } from '../institutions/institution.vocabulary.js';
import type { MessageArguments } from '../platform/errors/domain-error.js';
import type { Language } from '../platform/i18n/text.js';
import { VALUE_COLUMNS } from '../publications/progress-codes.js';
import { joined, type Cell } from '../publications/progress-column.js';
import type { TableName } from '../publications/progress-tables.js';
import { writeFullText } from './full-text.js';
import { dateReadings } from './given-date.js';
import { isBlank, plain, type GivenCell } from './given-sheet.js';
import { institutionsNamed } from './institution-names.js';
import type { Draft } from './plan-draft.js';
import type { FileCommitment, FileInstitution } from './plan-file.js';
import { numberOf, truthOf } from './same-cell.js';
import type { Refusal } from './table-import.errors.js';
import { writeText } from './text-edit.js';

/** What an edit has to know beside the cell. */
export interface Editing {
  readonly language: Language;
  /** The plan's own, which the file falls back to. */
  readonly own: Language;
  readonly institutions: readonly FileInstitution[];
  /** The same under the names that they had when the file was written. */
  readonly institutionsThen: readonly FileInstitution[];
  readonly daysAdded: number;
  /** Told of what was taken although it was not quite what it should be. */
  readonly note: (key: string, args: MessageArguments) => void;
}

/** A column whose cells are facts of the plan that a person may edit in a spreadsheet. */
export interface EditableColumn {
  /** Where in the plan file the facts stand. */
  readonly fields: readonly string[];
  /** What the file would show now if institutions had the names that they had then: where it names any. */
  readonly shows?: (object: Draft, names: NamesThen) => Cell;
  /** What is wrong with the value itself, such as a URL that is none, the validator of the plan file says afterwards. */
  readonly write: (object: Draft, given: GivenCell, editing: Editing) => Refusal | null;
}

/** How institutions were called when the file was written. */
export interface NamesThen {
  readonly nameOf: (key: string) => string | null;
  /** Keys of those that lead the plan, and so the commitments that name nobody. */
  readonly planLeads: readonly string[];
}

const textIn = (given: GivenCell): string => plain(String(given.value));

const text = (field: string): EditableColumn => ({
  fields: [field],
  write: (object, given, editing) => writeText(object, field, given, editing.language),
});

/** Whatever the cell says, or nothing. */
const plainly = (field: string, valueOf: (given: GivenCell) => unknown): EditableColumn => ({
  fields: [field],
  write: (object, given) => {
    if (isBlank(given)) delete object[field];
    else object[field] = valueOf(given);
    return null;
  },
});

const line = (field: string) => plainly(field, textIn);
const code = (field: string, codes: object) =>
  plainly(field, (given) => {
    const word = textIn(given)
      .toUpperCase()
      .replaceAll(/[\s-]+/g, '_');
    return Object.hasOwn(codes, word) ? word : textIn(given);
  });
const wholeNumber = (field: string) => plainly(field, (given) => numberOf(given) ?? given.value);

const date = (field: string): EditableColumn => ({
  fields: [field],
  write: (object, given, { daysAdded }) => {
    if (isBlank(given)) {
      delete object[field];
      return null;
    }
    const [one, other] = dateReadings(given.value, daysAdded);
    if (one === undefined) return { key: 'tableImport.noDate' };
    if (other !== undefined) return { key: 'tableImport.twoDates', args: { one, other } };
    object[field] = one;
    return null;
  },
});

const policyAreas: EditableColumn = {
  fields: ['policyAreas'],
  write: (object, given) => {
    const areas = isBlank(given)
      ? []
      : textIn(given)
          .split(/\s*;\s*/)
          .filter(Boolean);
    object['policyAreas'] = areas;
    return null;
  },
};

const servesValue = (value: OgpValue): EditableColumn => ({
  fields: ['ogpValues'],
  write: (object, given) => {
    const serves = isBlank(given) ? false : truthOf(given);
    if (serves === null) return { key: 'tableImport.noOrYes' };
    const others = ((object['ogpValues'] ?? []) as OgpValue[]).filter((one) => one !== value);
    object['ogpValues'] = serves ? [...others, value] : others;
    return null;
  },
});

const ogpValues = Object.fromEntries(
  (Object.keys(VALUE_COLUMNS) as Array<keyof typeof VALUE_COLUMNS>).map((value) => [
    VALUE_COLUMNS[value],
    servesValue(value),
  ]),
);

/** The keys of the institutions that the cell names, or why they are not known. */
function keysIn(given: GivenCell, { institutions, institutionsThen, note }: Editing): readonly string[] | Refusal {
  const named = (known: readonly FileInstitution[]) => (isBlank(given) ? [] : institutionsNamed(textIn(given), known));
  // Whoever edits an old file writes the names that stand in it, and perhaps one that is new.
  const then = named(institutionsThen);
  const found = then.every((one) => 'institution' in one) ? then : named(institutions);
  const keys: string[] = [];
  for (const one of found) {
    if (!('institution' in one))
      return {
        key: one.candidates === 0 ? 'tableImport.noInstitution' : 'tableImport.institutionUnclear',
        args: { name: one.name },
      };
    if (one.wasCut) note('tableNote.nameCompleted', { institution: one.institution.key });
    keys.push(one.institution.key);
  }
  return keys;
}

const isRefusal = (found: readonly string[] | Refusal): found is Refusal => 'key' in found;

/** Those of one role in their places among the others. */
const agencies = (role: 'LEAD' | 'SUPPORTING'): EditableColumn => ({
  fields: ['institutions'],
  shows: (object, { nameOf, planLeads }) => {
    const { institutions = [] } = object as unknown as FileCommitment;
    const named = institutions.filter((part) => part.role === role).map(({ institution }) => institution);
    return joined((institutions.length > 0 || role === 'SUPPORTING' ? named : planLeads).map(nameOf));
  },
  write: (object, given, editing) => {
    const keys = keysIn(given, editing);
    if (isRefusal(keys)) return keys;
    const before = (object as unknown as FileCommitment).institutions ?? [];
    if (keys.length === 0 && !before.some((part) => part.role === role)) return { key: 'tableImport.leadsFromPlan' };
    const left = keys.map((institution) => ({ institution, role }));
    const kept = before.flatMap((part) => (part.role === role ? left.splice(0, 1) : [part]));
    object['institutions'] = [...kept, ...left];
    return null;
  },
});

const responsible: EditableColumn = {
  fields: ['responsibleInstitution'],
  shows: ({ responsibleInstitution: key }, { nameOf }) => (typeof key === 'string' ? nameOf(key) : null),
  write: (object, given, editing) => {
    const keys = keysIn(given, editing);
    if (isRefusal(keys)) return keys;
    if (keys.length > 1) return { key: 'tableImport.oneInstitution' };
    if (keys[0] === undefined) delete object['responsibleInstitution'];
    else object['responsibleInstitution'] = keys[0];
    return null;
  },
};

/** The columns that may be edited, under their names in the file. Every other says where it is changed instead. */
export const EDITABLE: Readonly<Record<TableName, Readonly<Record<string, EditableColumn>>>> = {
  progress: {
    'Commitment Unique Identifier': line('ogpId'),
    Theme: policyAreas,
    'Commitment Title': text('title'),
    'Full Text': { fields: ['problem', 'statusQuo', 'action', 'solution'], write: writeFullText },
    'Lead Institution': agencies('LEAD'),
    'Supporting Institution(s)': agencies('SUPPORTING'),
    URL: line('url'),
    ...ogpValues,
    'Commitment Start Date': date('startsOn'),
    'Commitment End Date': date('endsOn'),
  },
  milestones: {
    'Milestone Title': text('title'),
    'Expected Output': text('expectedOutput'),
    'Start Date': date('startsOn'),
    'Due Date': date('dueOn'),
    'Responsible Institution': responsible,
    'Plan Status': code('status', MilestoneStatus),
    'Plan Percent': wholeNumber('percent'),
  },
  'check-ins': {},
  institutions: { 'Institution Name': text('name'), Kind: code('kind', InstitutionKind), Website: line('website') },
  evidence: {},
  assessments: {},
};
