import { Type, type Static, type TObjectOptions, type TProperties, type TSchema, type TStringOptions } from 'typebox';
import { CadenceOrigin, MemberKind, ParticipationRole } from '../action-plans/action-plan.vocabulary.js';
import { CommitmentRole, MilestoneStatus, OgpValue } from '../commitments/commitment.vocabulary.js';
import { ContactRole, InstitutionKind } from '../institutions/institution.vocabulary.js';
import { TextOrigin } from '../platform/i18n/text.js';
import type { FormatName } from './plan-file.formats.js';

/*
 * The plan file: one JSON document for a whole action plan. This schema is the only description of the format:
 * the validator, the TypeScript type and the JSON Schema for editors (plans/plan-file.schema.json) all come from it.
 * Nearly everything may be missing, because it is missing in real plans; what is missing is reported as a gap.
 */

const strict = <P extends TProperties>(properties: P, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });
const oneOf = <V extends string>(values: Readonly<Record<V, V>>, description: string) =>
  Type.Unsafe<V>({ type: 'string', enum: Object.keys(values), description });
const optional = Type.Optional;

const inFormat = (format: FormatName, options: TStringOptions = {}) => Type.String({ ...options, format });
const key = (description: string) =>
  inFormat('key', {
    maxLength: 80,
    description: `${description} Lower-case words joined by hyphens; it never changes.`,
  });
const reference = (what: string) => key(`Key of ${what} defined in this file.`);
const day = (description: string) =>
  inFormat('day', { description: `${description} A calendar day, YYYY-MM-DD, from 1900 to 2199.` });
const dayOrMonth = (description: string) =>
  inFormat('day-or-month', {
    description: `${description} A calendar day (YYYY-MM-DD), or a month (YYYY-MM) when only the month is known: a start counts from its first day, an end or due date to its last.`,
  });
/** Something to read in it, not only blanks. */
const FILLED = { minLength: 1, pattern: '\\S' } as const;
const line = (description: string, maxLength = 500) =>
  inFormat('line', { ...FILLED, maxLength, description: `${description} One line.` });
const url = (description: string) =>
  inFormat('http-url', { maxLength: 2000, description: `${description} An http or https address.` });
const language = (description: string) =>
  inFormat('language', { description: `${description} A BCP 47 tag, for example ar, en or fr.` });
const wholeNumber = (description: string, minimum = 0, maximum = 1_000_000) =>
  Type.Integer({ minimum, maximum, description });

const plainText = inFormat('text', { ...FILLED, maxLength: 20_000 });
const textIn = Type.Union([
  plainText,
  strict({ text: plainText, origin: oneOf(TextOrigin, 'Where this text came from.') }, 'A text with its own origin.'),
]);
/** Tells localized texts from other objects wherever the schema is walked. */
export const LOCALIZED = 'localized';

const byLanguage = <V extends TSchema>(value: V, options: TObjectOptions & { [LOCALIZED]?: true }) =>
  Type.Unsafe<Record<string, Static<V>>>({
    type: 'object',
    propertyNames: { format: 'language' satisfies FormatName },
    additionalProperties: value,
    ...options,
  });

const text = (description: string) =>
  byLanguage(textIn, {
    minProperties: 1,
    [LOCALIZED]: true,
    description: `${description} By language (BCP 47, for example ar, en, fr). A plain string has the origin that "textOrigins" gives for its language.`,
  });

const contact = strict(
  {
    key: optional(
      key('Tells the contacts of one institution apart; the role and its place in the list when left out.'),
    ),
    role: oneOf(ContactRole, 'What the person does for the institution.'),
    name: optional(line('The person’s name.', 200)),
    email: optional(
      inFormat('mail-address', {
        maxLength: 254,
        description: 'Where reminders go. Left out when no address is known.',
      }),
    ),
    language: language('The language this person is written to in.'),
  },
  'A person at an institution.',
);

const institution = strict(
  {
    key: key('Names the institution in this file and in commands.'),
    name: text('The institution’s name.'),
    kind: oneOf(InstitutionKind, 'What sort of body it is.'),
    website: optional(url('Its own site.')),
    contacts: optional(Type.Array(contact, { maxItems: 50 })),
  },
  'Any body named in the plan.',
);

const holidayCalendar = strict(
  {
    country: inFormat('country', {
      description: 'ISO 3166-1 code of the country, for example JO, TN or CA. A country without a calendar is refused.',
    }),
    region: optional(
      line(
        'A part of the country that has holidays of its own, by the end of its ISO 3166-2 code: QC for Québec. A place within it follows a hyphen: BY-A for Augsburg in Bavaria.',
        50,
      ),
    ),
  },
  'The country whose public holidays are days off, without half days. Left out: only the days under holidays are.',
);

const ownDay = strict(
  {
    date: day('The day.'),
    name: line('What the day is called.', 200),
    expected: optional(
      Type.Boolean({ description: 'True for a date that is announced by sighting and may still move.' }),
    ),
    worked: optional(
      Type.Boolean({
        description:
          'True: people work that day although the holiday calendar has it as a day off. A feast that was sighted a day later takes two entries: the expected day as worked, the real one as a day off. It does not make a day of the weekend a working day.',
      }),
    ),
  },
  'A day on which nobody is expected to work, beside those of the holiday calendar. It takes the place of what the calendar has on that date.',
);

const reporting = strict(
  {
    startsOn: optional(day('First day of reporting, when the plan’s own start is not published or differs.')),
    endsOn: optional(dayOrMonth('Last day of reporting, when the plan’s own end is not published or differs.')),
    cadence: strict(
      {
        months: wholeNumber('Length of a period in months: 3 for quarters, 6 for half-years.', 1, 12),
        countedFrom: oneOf(
          CadenceOrigin,
          'CALENDAR: calendar quarters or half-years, so the months have to divide a year; PLAN_START: counted from the first day of reporting.',
        ),
      },
      'How often agencies report.',
    ),
    opensAfterDays: Type.Integer({
      minimum: -366,
      maximum: 366,
      description: 'Reporting opens so many days after the last day of the period; 1 is the day after it.',
    }),
    dueAfterDays: wholeNumber(
      'A check-in is due so many days after the last day of the period, moved to the next working day. Not before reporting opens.',
      0,
      366,
    ),
    closesAfterDays: wholeNumber(
      'Nothing is accepted later than so many days after the last day of the period. Not before a check-in is due.',
      0,
      730,
    ),
    weekend: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
      maxItems: 6,
      uniqueItems: true,
      description: 'Days off in the week, 1 is Monday, 7 is Sunday. Jordan: 5 and 6.',
    }),
    holidayCalendar: optional(holidayCalendar),
    holidays: optional(Type.Array(ownDay, { maxItems: 500 })),
  },
  'When agencies report, over at most 20 years. Left out: the plan has no reporting periods yet.',
);

const plan = strict(
  {
    key: key('Names the plan in addresses and commands, for example greater-salt-2024-2025.'),
    title: text('Title of the plan.'),
    language: language('The plan’s own language: shown when a reader’s language is not available.'),
    timeZone: inFormat('time-zone', {
      description: 'IANA time zone that all the plan’s days are counted in, for example Asia/Amman.',
    }),
    submittedOn: optional(day('Day of submission to OGP.')),
    startsOn: optional(dayOrMonth('First day of the plan. Often not published: then leave it out.')),
    endsOn: optional(dayOrMonth('Last day of the plan.')),
    administrationStartedOn: optional(dayOrMonth('When the sitting administration took office.')),
    termEndsOn: optional(dayOrMonth('When the term of the sitting administration ends (OGP’s field “Duration”).')),
    website: optional(url('Where the plan is published.')),
    foreword: optional(text('The foreword.')),
    questions: optional(
      Type.Array(
        strict(
          {
            key: key('Names the question.'),
            question: text('The question of the plan form.'),
            answer: optional(text('The member’s answer.')),
          },
          'A long-form question with its answer.',
        ),
        { maxItems: 100 },
      ),
    ),
    coCreation: optional(
      strict(
        {
          groups: optional(wholeNumber('Groups that took part in co-creation.')),
          publicMeetings: optional(wholeNumber('Public meetings held.')),
          governmentInstitutions: optional(wholeNumber('Government institutions that took part.')),
          localParticipants: optional(wholeNumber('Participants from the local community.')),
          plannedPublicMeetingsPerYear: optional(wholeNumber('Public meetings promised for every year of the plan.')),
          note: optional(text('What a reader should know about these figures.')),
        },
        'Facts of co-creation as the plan states them.',
      ),
    ),
    dissemination: optional(Type.Array(text('One way in which results are shared.'), { maxItems: 50 })),
    documents: optional(
      Type.Array(
        strict(
          {
            key: key('Names the document.'),
            title: text('Title of the document.'),
            year: optional(wholeNumber('Year of the document.', 1990, 2100)),
            url: optional(url('Where it can be read.')),
          },
          'A document of the member, such as the letter of recommitment.',
        ),
        { maxItems: 200 },
      ),
    ),
    endorsements: optional(
      Type.Array(
        strict(
          {
            name: optional(line('The endorser’s name, if published.', 200)),
            affiliation: text('Whom the endorser stands for.'),
          },
          'A non-government endorsement.',
        ),
        { maxItems: 200 },
      ),
    ),
    participations: optional(
      Type.Array(
        strict(
          {
            institution: reference('an institution'),
            role: oneOf(ParticipationRole, 'What the institution is in the plan.'),
            note: optional(text('What a reader should know.')),
          },
          'The part an institution has in the plan as a whole.',
        ),
        { maxItems: 1000 },
      ),
    ),
    reporting: optional(reporting),
    sources: optional(Type.Array(url('Where the facts of this file were read.'), { maxItems: 50 })),
  },
  'The action plan.',
);

const workingGroup = strict(
  {
    key: key('Names the group.'),
    name: text('Name of the group.'),
    coordinator: optional(reference('the institution that coordinates the group')),
    members: optional(Type.Array(reference('a member institution'), { maxItems: 200, uniqueItems: true })),
    note: optional(text('What a reader should know.')),
  },
  'A working group of the plan.',
);

const milestone = strict(
  {
    number: wholeNumber('Number of the milestone within its commitment.', 1, 10_000),
    title: text('Title of the milestone.'),
    expectedOutput: optional(text('What will exist when it is reached.')),
    startsOn: optional(dayOrMonth('When work starts.')),
    dueOn: optional(dayOrMonth('Due date.')),
    originalDueOn: optional(
      dayOrMonth(
        'Due date as first published, when it has moved since. Left out: when the due date of a stored milestone changes, the earlier one is kept here.',
      ),
    ),
    responsibleInstitution: optional(reference('the responsible institution')),
    status: optional(
      oneOf(MilestoneStatus, 'Status as the plan’s own publication gives it; left out where it says nothing.'),
    ),
    percent: optional(wholeNumber('Completion in percent as published.', 0, 100)),
    note: optional(text('What a reader should know, for example where this milestone comes from.')),
  },
  'A milestone.',
);

const commitment = strict(
  {
    number: wholeNumber('Number of the commitment within the plan.', 1, 10_000),
    ogpId: optional(line('Identifier given by OGP, for example JO0066.', 50)),
    title: text('Title, or the theme where no title is published.'),
    problem: optional(text('The problem it addresses.')),
    statusQuo: optional(text('How things stand at the start.')),
    action: optional(text('What will be done.')),
    solution: optional(text('How that solves the problem.')),
    longTermGoal: optional(text('What it leads to in the end.')),
    expectedOutputs: optional(text('What will exist.')),
    expectedOutcomes: optional(text('What will change.')),
    startsOn: optional(dayOrMonth('First day.')),
    endsOn: optional(dayOrMonth('Last day.')),
    policyAreas: optional(Type.Array(line('A primary policy area.', 200), { maxItems: 50, uniqueItems: true })),
    sectors: optional(Type.Array(line('A primary sector.', 200), { maxItems: 50, uniqueItems: true })),
    ogpValues: optional(Type.Array(oneOf(OgpValue, 'An OGP value.'), { uniqueItems: true })),
    institutions: optional(
      Type.Array(
        strict(
          { institution: reference('an institution'), role: oneOf(CommitmentRole, 'LEAD or SUPPORTING.') },
          'An implementing agency: it owes check-ins.',
        ),
        { maxItems: 200 },
      ),
    ),
    workingGroup: optional(reference('the working group')),
    url: optional(url('Where the commitment is published.')),
    note: optional(text('What a reader should know about this record.')),
    milestones: optional(Type.Array(milestone, { maxItems: 500 })),
  },
  'A commitment. When it names no implementing agency, the institutions that lead the plan owe its check-ins.',
);

export const PlanFileSchema = strict(
  {
    $schema: optional(Type.String({ description: 'Lets an editor check the file while you write.' })),
    format: Type.Literal('mithaq-plan/1', { description: 'Version of this format.' }),
    textOrigins: optional(
      byLanguage(oneOf(TextOrigin, 'Origin of the texts in this language.'), {
        description: 'Where the plain-string texts of each language came from; ORIGINAL when left out.',
      }),
    ),
    member: strict(
      {
        key: key('Names the member.'),
        name: text('Name of the member as OGP lists it.'),
        kind: oneOf(MemberKind, 'Whether a national or a local government.'),
        country: inFormat('country', { description: 'ISO 3166-1 code of the country.' }),
        website: optional(url('The member’s own page.')),
      },
      'The government that joined OGP.',
    ),
    institutions: Type.Array(institution, { maxItems: 2000 }),
    plan,
    workingGroups: optional(Type.Array(workingGroup, { maxItems: 1000 })),
    commitments: Type.Array(commitment, { maxItems: 1000 }),
  },
  'A whole OGP action plan for Mithaq.',
);

export type PlanFile = Static<typeof PlanFileSchema>;
export type FileText = PlanFile['member']['name'];
export type FilePlan = PlanFile['plan'];
export type FileInstitution = PlanFile['institutions'][number];
export type FileContact = NonNullable<FileInstitution['contacts']>[number];
export type FileWorkingGroup = NonNullable<PlanFile['workingGroups']>[number];
export type FileCommitment = PlanFile['commitments'][number];
export type FileMilestone = NonNullable<FileCommitment['milestones']>[number];
