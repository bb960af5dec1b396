import { plainToInstance } from 'class-transformer';
import { CheckInReportInput } from '../check-ins/check-in.inputs.js';
import { Movement } from '../check-ins/check-in.vocabulary.js';
import { MilestoneStatus } from '../commitments/commitment.vocabulary.js';
import { InvalidInput, type Violation } from '../platform/errors/domain-error.js';
import { InputPipe } from '../platform/graphql/input-pipe.js';
import { DateScalar, UrlScalar } from '../platform/graphql/scalars.js';

/** What a browser sends: one text for every field. */
export type SentForm = Readonly<Record<string, string>>;

export const TEXTS = ['progress', 'achievements', 'obstacles', 'nextSteps', 'supportNeeded'] as const;
/** As many as a report may have: one that a program wrote must not lose any here. */
export const MOST_EVIDENCE = 20;

/** The report that was written into the form, with the name of the form field that each of its parts stands in. */
export interface ReadForm {
  readonly version: number;
  readonly hand: 'save' | 'submit';
  readonly report: CheckInReportInput;
  /** As `report.milestones.0.percent` to `milestone.<id>.percent`. */
  readonly fieldOf: (path: string) => string;
}

/** Whatever a browser, or somebody in its place, has sent; of a field that is there twice, the last. */
export function sentForm(body: unknown): SentForm {
  const entries = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  return Object.fromEntries(
    entries.flatMap(([name, value]) => {
      const last: unknown = [value].flat().at(-1);
      return typeof last === 'string' ? [[name, last]] : [];
    }),
  );
}

/** @throws InvalidInput with every field that is wrong, by its name in the form */
export async function readForm(form: SentForm, milestoneIds: readonly string[]): Promise<ReadForm> {
  const text = (name: string): string | undefined => form[name]?.replaceAll('\r\n', '\n').trim() || undefined;
  const answered = milestoneIds.filter((id) => text(`milestone.${id}.status`));
  const shown = Array.from({ length: MOST_EVIDENCE }, (_, row) => String(row)).filter((row) =>
    text(`evidence.${row}.url`),
  );
  const fieldOf = (path: string) =>
    path
      .replace(/^(input\.)?report\./, '')
      .replace(/^milestones\.(\d+)/, (_, at: string) => `milestone.${answered[Number(at)]}`)
      .replace(/^evidence\.(\d+)/, (_, at: string) => `evidence.${shown[Number(at)]}`);
  const raw = {
    nothingToReport: form['nothingToReport'] === 'yes',
    movement: oneOf(Movement, text('movement')),
    ...Object.fromEntries(TEXTS.map((name) => [name, text(name)])),
    milestones: answered.map((id) => ({
      milestone: id,
      status: oneOf(MilestoneStatus, text(`milestone.${id}.status`)),
      percent: numberIn(text(`milestone.${id}.percent`)),
      forecastDate: text(`milestone.${id}.forecastDate`),
      note: text(`milestone.${id}.note`),
    })),
    evidence: shown.map((row) => ({
      url: text(`evidence.${row}.url`),
      title: text(`evidence.${row}.title`),
      milestone: text(`evidence.${row}.milestone`),
    })),
  };
  const found = [
    ...odd(raw.milestones, 'milestones', 'forecastDate', DateScalar),
    ...odd(raw.evidence, 'evidence', 'url', UrlScalar),
  ];
  const report = await checked(raw, found).catch((error: unknown) => {
    throw error instanceof InvalidInput ? renamed(error, fieldOf) : error;
  });
  const version = Number(form['version']);
  const hand = form['hand'] === 'submit' ? 'submit' : 'save';
  return { version: Number.isInteger(version) ? version : -1, hand, report, fieldOf };
}

/** The same refusal with fields named as they are in the form. */
export const renamed = (error: InvalidInput, fieldOf: (path: string) => string): InvalidInput =>
  new InvalidInput(error.violations.map((violation) => ({ ...violation, field: fieldOf(violation.field) })));

async function checked(raw: object, found: readonly Violation[]): Promise<CheckInReportInput> {
  const ruled = await new InputPipe()
    .transform(plainToInstance(CheckInReportInput, raw), { type: 'body', metatype: CheckInReportInput })
    .catch((error: unknown) => {
      if (!(error instanceof InvalidInput)) throw error;
      throw new InvalidInput([
        ...error.violations,
        ...found.filter(({ field }) => !error.violations.some((one) => one.field === field)),
      ]);
    });
  if (found.length > 0) throw new InvalidInput(found);
  return ruled as CheckInReportInput;
}

/** What the scalars of the API refuse, and the form has to refuse as well. */
function odd(
  items: ReadonlyArray<Readonly<Record<string, unknown>>>,
  list: string,
  name: string,
  scalar: { parseValue: (value: unknown) => unknown },
): Violation[] {
  return items.flatMap((item, at) => {
    if (item[name] === undefined) return [];
    try {
      scalar.parseValue(item[name]);
      return [];
    } catch (error) {
      return [{ field: `${list}.${at}.${name}`, key: (error as { key: string }).key }];
    }
  });
}

const oneOf = (known: object, value: string | undefined): string | undefined =>
  value !== undefined && Object.hasOwn(known, value) ? value : undefined;
/** What is no number stays one that no rule lets through. */
const numberIn = (value: string | undefined): number | undefined =>
  value === undefined ? undefined : /^\d{1,3}$/.test(value) ? Number(value) : Number.NaN;
