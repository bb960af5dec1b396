import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { periodsOfPlan } from '../action-plans/period-schedule.js';
import { LARGEST_PLAN_FILE, LOCALIZED, PlanFileSchema, type FileCommitment, type PlanFile } from './plan-file.js';
import { planRow } from './plan-rows.js';
import { schemaProblems, type Problem } from './plan-file.problems.js';
import { dayOrMonth } from './partial-date.js';

const ajv = new Ajv2020({ allErrors: true, strict: false, verbose: false });
ajv.addKeyword(LOCALIZED);
ajv.addFormat('date', fullFormats.date);
ajv.addFormat(
  'day-or-month',
  (value: string) =>
    /^\d{4}-(0[1-9]|1[0-2])$/.test(value) || (/^\d{4}-\d{2}-\d{2}$/.test(value) && dayOrMonth(value, 'first') !== null),
);
ajv.addFormat(
  'http-url',
  (value: string) => URL.canParse(value) && ['http:', 'https:'].includes(new URL(value).protocol),
);
ajv.addFormat('mail-address', (value: string) =>
  /^[^\s<>@",;:\\()[\]]+@[^\s<>@",;:\\()[\]]+\.[^\s<>@",;:\\()[\].]+$/.test(value),
);
ajv.addFormat('time-zone', isTimeZone);
const matchesSchema = ajv.compile<PlanFile>(PlanFileSchema);

export type ParsedPlanFile =
  | { readonly file: PlanFile; readonly problems: readonly [] }
  | { readonly file: null; readonly problems: readonly Problem[] };

/** Reads a plan file. All that is wrong with it is found at once; a file with a problem is not taken at all. */
export function parsePlanFile(content: string): ParsedPlanFile {
  if (Buffer.byteLength(content) > LARGEST_PLAN_FILE)
    return refused([{ path: '$', key: 'planFile.tooLarge', args: { megabytes: LARGEST_PLAN_FILE / 1024 / 1024 } }]);
  const parsed = parsedJson(content);
  if ('problem' in parsed) return refused([parsed.problem]);
  const { value } = parsed;
  if (!matchesSchema(value)) return refused(schemaProblems(matchesSchema.errors ?? []));
  const problems = [...duplicates(value), ...danglingReferences(value), ...datesInDisorder(value)];
  return problems.length > 0 ? refused(problems) : { file: value, problems: [] };
}

const refused = (problems: readonly Problem[]): ParsedPlanFile => ({ file: null, problems });

function parsedJson(content: string): { value: unknown } | { problem: Problem } {
  try {
    return { value: JSON.parse(content.replace(/^\uFEFF/, '')) };
  } catch (error) {
    return { problem: { path: '$', key: 'planFile.notJson', args: { reason: (error as Error).message } } };
  }
}

function isTimeZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}

function duplicates(file: PlanFile): Problem[] {
  return [
    ...repeated(file.institutions, ({ key }) => key, '$.institutions', 'key'),
    ...file.institutions.flatMap(({ contacts }, i) =>
      repeated(contacts, ({ key }) => key, `$.institutions[${i}].contacts`, 'key'),
    ),
    ...repeated(file.workingGroups, ({ key }) => key, '$.workingGroups', 'key'),
    ...repeated(file.commitments, ({ number }) => number, '$.commitments', 'number'),
    ...file.commitments.flatMap(({ milestones }, i) =>
      repeated(milestones, ({ number }) => number, `$.commitments[${i}].milestones`, 'number'),
    ),
    ...file.commitments.flatMap(({ institutions }, i) =>
      repeated(institutions, ({ institution }) => institution, `$.commitments[${i}].institutions`, 'institution'),
    ),
    ...repeated(
      file.plan.participations,
      ({ institution, role }) => `${institution} ${role}`,
      '$.plan.participations',
      'institution',
    ),
    ...repeated(file.plan.questions, ({ key }) => key, '$.plan.questions', 'key'),
    ...repeated(file.plan.documents, ({ key }) => key, '$.plan.documents', 'key'),
  ];
}

function repeated<Item>(
  items: readonly Item[] | undefined,
  identity: (item: Item) => string | number | undefined,
  path: string,
  field: string,
): Problem[] {
  const seen = new Map<string | number, number>();
  return (items ?? []).flatMap((item, at) => {
    const id = identity(item);
    if (id === undefined) return [];
    const first = seen.get(id);
    if (first === undefined) seen.set(id, at);
    return first === undefined
      ? []
      : [
          {
            path: `${path}[${at}].${field}`,
            key: 'planFile.duplicate',
            args: { value: id, first: `${path}[${first}]` },
          },
        ];
  });
}

function danglingReferences(file: PlanFile): Problem[] {
  const institutions = new Set(file.institutions.map(({ key }) => key));
  const groups = new Set((file.workingGroups ?? []).map(({ key }) => key));
  const to = (known: ReadonlySet<string>, key: string | undefined, path: string): Problem[] =>
    key === undefined || known.has(key)
      ? []
      : [{ path, key: known === groups ? 'planFile.noSuchGroup' : 'planFile.noSuchInstitution', args: { value: key } }];
  return [
    ...(file.plan.participations ?? []).flatMap((part, i) =>
      to(institutions, part.institution, `$.plan.participations[${i}].institution`),
    ),
    ...(file.workingGroups ?? []).flatMap((group, i) => [
      ...to(institutions, group.coordinator, `$.workingGroups[${i}].coordinator`),
      ...(group.members ?? []).flatMap((member, m) => to(institutions, member, `$.workingGroups[${i}].members[${m}]`)),
    ]),
    ...file.commitments.flatMap((commitment, i) => [
      ...to(groups, commitment.workingGroup, `$.commitments[${i}].workingGroup`),
      ...(commitment.institutions ?? []).flatMap(({ institution }, n) =>
        to(institutions, institution, `$.commitments[${i}].institutions[${n}].institution`),
      ),
      ...(commitment.milestones ?? []).flatMap((milestone, m) =>
        to(
          institutions,
          milestone.responsibleInstitution,
          `$.commitments[${i}].milestones[${m}].responsibleInstitution`,
        ),
      ),
    ]),
  ];
}

function datesInDisorder(file: PlanFile): Problem[] {
  return [
    ...inOrder(file.plan.startsOn, file.plan.endsOn, '$.plan.endsOn', 'startsOn'),
    ...inOrder(file.plan.administrationStartedOn, file.plan.termEndsOn, '$.plan.termEndsOn', 'administrationStartedOn'),
    ...file.commitments.flatMap((commitment, i) => [
      ...inOrder(commitment.startsOn, commitment.endsOn, `$.commitments[${i}].endsOn`, 'startsOn'),
      ...milestoneDates(commitment, `$.commitments[${i}]`),
    ]),
    ...reportingDates(file),
  ];
}

const milestoneDates = (commitment: FileCommitment, path: string): Problem[] =>
  (commitment.milestones ?? []).flatMap((milestone, m) =>
    inOrder(milestone.startsOn, milestone.dueOn, `${path}.milestones[${m}].dueOn`, 'startsOn'),
  );

function inOrder(start: string | undefined, end: string | undefined, path: string, startName: string): Problem[] {
  if (start === undefined || end === undefined) return [];
  const [first, last] = [dayOrMonth(start, 'first'), dayOrMonth(end, 'last')];
  return first && last && first > last ? [{ path, key: 'planFile.before', args: { end, startName, start } }] : [];
}

function reportingDates(file: PlanFile): Problem[] {
  try {
    periodsOfPlan(planRow(file.plan));
    return [];
  } catch (error) {
    if (error instanceof RangeError)
      return [{ path: '$.plan.reporting', key: 'planFile.reporting', args: { reason: error.message } }];
    throw error;
  }
}
