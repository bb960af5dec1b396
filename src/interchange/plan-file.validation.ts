import { Ajv2020 } from 'ajv/dist/2020.js';
import { hasHolidayCalendar, holidayRegions } from '../action-plans/holiday-calendar.js';
import { periodsOfPlan } from '../action-plans/period-schedule.js';
import { JsonPlace } from './json-place.js';
import { dayOrMonth } from './partial-date.js';
import { LOCALIZED, PlanFileSchema, type PlanFile } from './plan-file.js';
import { FORMATS } from './plan-file.formats.js';
import { LARGEST_PLAN_FILE, LONGEST_REPORTING_YEARS } from './plan-file.limits.js';
import { onePerPlace, schemaProblems, type Problem } from './plan-file.problems.js';
import { contactKey, planRow } from './plan-rows.js';

const ajv = new Ajv2020({ allErrors: true, strict: false, verbose: false });
ajv.addKeyword(LOCALIZED);
for (const [name, { accepts }] of Object.entries(FORMATS)) ajv.addFormat(name, accepts);

/** A reader mends a few mistakes at a time; a list of a million only fills memory and wire. */
const MOST_PROBLEMS = 1000;

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
  // Compiling takes a third of a second, too long for every start of the service. Ajv keeps the outcome.
  const matchesSchema = ajv.compile<PlanFile>(PlanFileSchema);
  const misshapen = matchesSchema(value)
    ? []
    : schemaProblems(matchesSchema.errors?.slice(0, 10 * MOST_PROBLEMS) ?? []);
  const document = new JsonPlace(value);
  const problems = listed([
    ...misshapen,
    ...duplicates(document),
    ...danglingReferences(document),
    ...datesInDisorder(document),
    ...contradictingRules(document.at('plan')),
    ...unknownCalendar(document.at('plan').at('reporting').at('holidayCalendar')),
  ]);
  if (problems.length > 0) return refused(problems);
  const file = value as PlanFile;
  const unusable = unusableRules(file);
  return unusable.length > 0 ? refused(unusable) : { file, problems: [] };
}

function listed(found: readonly Problem[]): Problem[] {
  const problems = onePerPlace(found);
  if (problems.length <= MOST_PROBLEMS) return problems;
  return [...problems.slice(0, MOST_PROBLEMS), { path: '$', key: 'planFile.andMore', args: { most: MOST_PROBLEMS } }];
}

const refused = (problems: readonly Problem[]): ParsedPlanFile => ({ file: null, problems });

function parsedJson(content: string): { value: unknown } | { problem: Problem } {
  const json = content.replace(/^\uFEFF/, '');
  if (json.trim() === '') return { problem: { path: '$', key: 'planFile.empty' } };
  try {
    return { value: JSON.parse(json) };
  } catch (error) {
    // The sentence quotes the file; nothing of it may steer the terminal that it is printed on.
    const reason = (error as Error).message.replace(/\p{Cc}+/gu, ' ');
    return { problem: { path: '$', key: 'planFile.notJson', args: { reason } } };
  }
}

/* What follows looks at files of any shape, so that these mistakes are told together with those of the shape. */

function duplicates(file: JsonPlace): Problem[] {
  const [institutions, commitments, plan] = [
    file.at('institutions').items,
    file.at('commitments').items,
    file.at('plan'),
  ];
  return [
    ...repeated(institutions, 'key'),
    ...institutions.flatMap((institution) => repeated(institution.at('contacts').items, 'key', keyOfContact)),
    ...repeated(file.at('workingGroups').items, 'key'),
    ...repeated(commitments, 'number'),
    ...commitments.flatMap((commitment) => [
      ...repeated(commitment.at('milestones').items, 'number'),
      ...repeated(commitment.at('institutions').items, 'institution'),
    ]),
    ...repeated(plan.at('participations').items, 'institution', roleOfInstitution),
    ...repeated(plan.at('questions').items, 'key'),
    ...repeated(plan.at('documents').items, 'key'),
  ];
}

type Identity = (item: JsonPlace, position: number) => string | number | undefined;

const keyOfContact: Identity = (contact, position) => {
  const [key, role] = [contact.at('key').text, contact.at('role').text];
  return key ?? (role === undefined ? undefined : contactKey({ role }, position));
};
const roleOfInstitution: Identity = (part) => {
  const [institution, role] = [part.at('institution').text, part.at('role').text];
  return institution === undefined || role === undefined ? undefined : `${institution} ${role}`;
};

function repeated(
  items: readonly JsonPlace[],
  field: string,
  identity: Identity = (item) => item.at(field).text ?? item.at(field).number,
): Problem[] {
  const seen = new Map<string | number, JsonPlace>();
  return items.flatMap((item, position) => {
    const value = identity(item, position);
    if (value === undefined) return [];
    const first = seen.get(value);
    if (!first) seen.set(value, item);
    return first ? [{ path: item.at(field).path, key: 'planFile.duplicate', args: { value, first: first.path } }] : [];
  });
}

function danglingReferences(file: JsonPlace): Problem[] {
  const toInstitution = references(file.at('institutions'), 'planFile.noSuchInstitution');
  const toGroup = references(file.at('workingGroups'), 'planFile.noSuchGroup');
  return [
    ...file
      .at('plan')
      .at('participations')
      .items.flatMap((part) => toInstitution(part.at('institution'))),
    ...file
      .at('workingGroups')
      .items.flatMap((group) => [group.at('coordinator'), ...group.at('members').items].flatMap(toInstitution)),
    ...file
      .at('commitments')
      .items.flatMap((commitment) => [
        ...toGroup(commitment.at('workingGroup')),
        ...commitment.at('institutions').items.flatMap((part) => toInstitution(part.at('institution'))),
        ...commitment
          .at('milestones')
          .items.flatMap((milestone) => toInstitution(milestone.at('responsibleInstitution'))),
      ]),
  ];
}

const references = (list: JsonPlace, problem: string) => {
  const known = new Set(list.items.map((item) => item.at('key').text));
  return ({ text, path }: JsonPlace): Problem[] =>
    text === undefined || known.has(text) ? [] : [{ path, key: problem, args: { value: text } }];
};

function datesInDisorder(file: JsonPlace): Problem[] {
  const plan = file.at('plan');
  return [
    ...inOrder(plan, 'startsOn', 'endsOn'),
    ...inOrder(plan, 'administrationStartedOn', 'termEndsOn'),
    ...file
      .at('commitments')
      .items.flatMap((commitment) => [
        ...inOrder(commitment, 'startsOn', 'endsOn'),
        ...commitment.at('milestones').items.flatMap((milestone) => inOrder(milestone, 'startsOn', 'dueOn')),
      ]),
  ];
}

const firstDayOf = ({ text }: JsonPlace) => (text === undefined ? null : dayOrMonth(text, 'first'));
const lastDayOf = ({ text }: JsonPlace) => (text === undefined ? null : dayOrMonth(text, 'last'));

function inOrder(of: JsonPlace, startName: string, endName: string): Problem[] {
  const [start, end] = [of.at(startName), of.at(endName)];
  const [first, last] = [firstDayOf(start), lastDayOf(end)];
  return first !== null && last !== null && first > last
    ? [
        {
          path: end.path,
          key: 'planFile.before',
          args: { end: end.text ?? last, startName, start: start.text ?? first },
        },
      ]
    : [];
}

/** Rules of reporting that no periods can be made by. */
function contradictingRules(plan: JsonPlace): Problem[] {
  const reporting = plan.at('reporting');
  const cadence = reporting.at('cadence');
  const months = cadence.at('months');
  const [opens, due, closes] = [
    reporting.at('opensAfterDays'),
    reporting.at('dueAfterDays'),
    reporting.at('closesAfterDays'),
  ];
  return [
    ...(cadence.at('countedFrom').text === 'CALENDAR' && 12 % (months.number ?? 1) !== 0
      ? [{ path: months.path, key: 'planFile.unevenYear', args: { months: months.number ?? 0 } }]
      : []),
    ...(isMore(opens, due) ? [{ path: opens.path, key: 'planFile.opensAfterDue' }] : []),
    ...(isMore(due, closes) ? [{ path: closes.path, key: 'planFile.closesBeforeDue' }] : []),
    ...(reporting.value === undefined ? [] : unusableSpan(plan, reporting)),
  ];
}

const isMore = (one: JsonPlace, other: JsonPlace): boolean =>
  one.number !== undefined && other.number !== undefined && one.number > other.number;

function unusableSpan(plan: JsonPlace, reporting: JsonPlace): Problem[] {
  const start = [reporting.at('startsOn'), plan.at('startsOn'), plan.at('submittedOn')].map(firstDayOf).find(isGiven);
  const end = [reporting.at('endsOn'), plan.at('endsOn')].map(lastDayOf).find(isGiven);
  if (!start || !end) return [];
  const { path } = reporting;
  if (start > end) return [{ path, key: 'planFile.reportingBackwards', args: { start, end } }];
  const years = Number(end.slice(0, 4)) - Number(start.slice(0, 4));
  return years > LONGEST_REPORTING_YEARS
    ? [{ path, key: 'planFile.reportingTooLong', args: { start, end, years: LONGEST_REPORTING_YEARS } }]
    : [];
}

const isGiven = (day: string | null): day is string => day !== null;

function unknownCalendar(calendar: JsonPlace): Problem[] {
  const [country, region] = [calendar.at('country'), calendar.at('region')];
  if (country.text === undefined) return [];
  if (!hasHolidayCalendar(country.text))
    return [{ path: country.path, key: 'planFile.noHolidayCalendar', args: { country: country.text } }];
  const regions = holidayRegions(country.text);
  if (region.text === undefined || regions.includes(region.text)) return [];
  const args = { country: country.text, region: region.text, regions: regions.join(', ') || 'none' };
  return [{ path: region.path, key: 'planFile.noHolidayRegion', args }];
}

/** What only shows when the periods are made: a calendar without working days. */
function unusableRules({ plan }: PlanFile): Problem[] {
  try {
    periodsOfPlan(planRow(plan));
    return [];
  } catch (error) {
    if (error instanceof RangeError) return [{ path: '$.plan.reporting', key: 'planFile.reporting' }];
    throw error;
  }
}
