import { Movement } from '../check-ins/check-in.vocabulary.js';
import type { Report } from '../check-ins/check-in.report.js';
import { MilestoneStatus } from '../commitments/commitment.vocabulary.js';
import type { DomainError } from '../platform/errors/domain-error.js';
import { html, type Html } from '../platform/pages/html.js';
import type { Page, PageLanguage } from '../platform/pages/page.js';
import { MOST_EVIDENCE, TEXTS, type SentForm } from './report-form.js';
import { dayIn, headOf, textIn } from './report-overview.page.js';
import type { ReportHead, ReportItem, ReportMilestone } from './reports.queries.js';

interface Shown {
  readonly secret: string;
  readonly head: ReportHead;
  readonly item: ReportItem;
  readonly milestones: readonly ReportMilestone[];
  readonly files: ReadonlyArray<{ readonly name: string; readonly title: string | null }>;
  readonly isOpen: boolean;
  /** What was typed, when it is shown again with what is wrong with it. */
  readonly sent?: SentForm;
  readonly error?: DomainError;
}

/** The form of one check-in, with what was written so far; read-only once it is handed in. */
export function formPage(inLanguage: PageLanguage, shown: Shown): Page {
  const { say, suffix } = inLanguage;
  const { head, item, secret, isOpen, error } = shown;
  const values = shown.sent ?? valuesOf(item.report);
  const trouble = (name: string): string | undefined => {
    const found = error?.violations.find(({ field }) => field === name);
    return found && say(found.key, found.args);
  };
  const field = new Fields(inLanguage, values, trouble, !isOpen);
  return {
    title: say('report.commitment', { number: item.number }),
    body: html`<p>${textIn(inLanguage, item.title, head.planLanguage)}</p>
      ${headOf(inLanguage, head)}
      <p><a href="/report/${secret}${suffix}">${say('report.back')}</a></p>
      ${error && html`<p class="trouble" role="alert">${say(error.key, error.args)}</p>`}
      ${error?.key === 'checkIn.editedMeanwhile' && storedMeanwhile(inLanguage, item.report)}
      ${
        item.comment &&
        html`<h2>${say('report.sentBack')}</h2>
          <blockquote dir="auto">${item.comment}</blockquote>`
      }
      ${!isOpen && html`<p><strong>${say(`report.status.${item.status}`)}</strong></p>`}
      <form method="post" action="/report/${secret}/${item.number}${suffix}">
        <input
          type="hidden"
          name="version"
          value="${error?.key === 'checkIn.editedMeanwhile' ? item.version : (values['version'] ?? item.version)}"
        />
        ${field.choice('movement', Object.keys(Movement))} ${field.tick('nothingToReport')}
        ${TEXTS.map((name) => field.text(name))}
        ${shown.milestones.length > 0 && html`<h2>${say('report.milestones')}</h2>`}
        ${shown.milestones.map((milestone) => milestoneFields(inLanguage, head, field, milestone))}
        ${shown.files.length > 0 && filesPart(inLanguage, shown.files)}
        <h2>${say('report.evidence')}</h2>
        ${Array.from({ length: rowsFor(values) }, (_, row) => evidenceFields(field, say, row))}
        ${
          isOpen &&
          html`<div class="actions">
            <button name="hand" value="submit">${say('report.submit')}</button>
            <button name="hand" value="save" class="quiet">${say('report.save')}</button>
          </div>`
        }
      </form>`,
  };
}

/** What somebody else has saved, to be read before it is written over. */
function storedMeanwhile({ say }: PageLanguage, report: Report | null): Html | null {
  const said = TEXTS.filter((name) => report?.[name]);
  return (
    report &&
    html`<h2>${say('report.storedMeanwhile')}</h2>
      ${said.map(
        (name) =>
          html`<p><strong>${say(`report.${name}`)}</strong></p>
            <blockquote dir="auto">${report[name]}</blockquote>`,
      )}`
  );
}

/** Files become public with the check-in, so nobody hands them in without having read their names. */
const filesPart = ({ say }: PageLanguage, files: Shown['files']): Html =>
  html`<h2>${say('report.files')}</h2>
    <p>${say('report.filesPublic')}</p>
    <ul>
      ${files.map(({ name, title }) => html`<li><bdi>${name}</bdi> ${title && html`(<bdi>${title}</bdi>)`}</li>`)}
    </ul>`;

/** One more than there are, and three at least. */
function rowsFor(values: SentForm): number {
  const used = Array.from({ length: MOST_EVIDENCE }, (_, row) => row).filter((row) => values[`evidence.${row}.url`]);
  return Math.min(MOST_EVIDENCE, Math.max(3, (used.at(-1) ?? 0) + 2));
}

function milestoneFields(inLanguage: PageLanguage, head: ReportHead, field: Fields, milestone: ReportMilestone): Html {
  const name = (part: string) => `milestone.${milestone.id}.${part}`;
  const { say } = inLanguage;
  return html`<fieldset>
    <legend>${milestone.number}. ${textIn(inLanguage, milestone.title, head.planLanguage)}</legend>
    ${milestone.dueOn && html`<p class="soft">${say('report.milestoneDue', { day: dayIn(inLanguage, milestone.dueOn, head.country) })}</p>`}
    ${field.select(name('status'), 'report.milestoneStatus', Object.keys(MilestoneStatus), (value) => say(`milestoneStatus.${value}`))}
    ${field.line(name('percent'), 'report.percent', 'number')}
    ${field.line(name('forecastDate'), 'report.forecast', 'date')} ${field.line(name('note'), 'report.note')}
  </fieldset>`;
}

const evidenceFields = (field: Fields, say: PageLanguage['say'], row: number): Html =>
  html`<fieldset>
    <legend>${say('report.evidenceRow', { number: row + 1 })}</legend>
    ${field.line(`evidence.${row}.url`, 'report.evidenceUrl', 'url')}
    ${field.line(`evidence.${row}.title`, 'report.evidenceTitle')} ${field.kept(`evidence.${row}.milestone`)}
  </fieldset>`;

/** Labelled fields with their values, and with what is wrong with them beside them. */
class Fields {
  constructor(
    private readonly inLanguage: PageLanguage,
    private readonly values: SentForm,
    private readonly trouble: (name: string) => string | undefined,
    private readonly locked: boolean,
  ) {}

  text(name: string): Html {
    const { say, language } = this.inLanguage;
    return html`<p>
      <label for="${name}">${say(`report.${name}`)}</label>
      <textarea
        id="${name}"
        name="${name}"
        rows="4"
        maxlength="10000"
        dir="auto"
        lang="${language}"
        ${this.marks(name)}
      >
${this.values[name] ?? ''}</textarea>
      ${this.note(name)}
    </p>`;
  }

  line(name: string, key: string, type: 'text' | 'url' | 'date' | 'number' = 'text'): Html {
    return html`<p>
      <label for="${name}">${this.inLanguage.say(key)}</label>
      <input
        id="${name}"
        name="${name}"
        type="${type}"
        value="${this.values[name] ?? ''}"
        dir="${type === 'text' ? 'auto' : 'ltr'}"
        ${this.marks(name)}
      />
      ${this.note(name)}
    </p>`;
  }

  /** What the form does not show and must not lose. */
  kept(name: string): Html | null {
    return this.values[name] ? html`<input type="hidden" name="${name}" value="${this.values[name]}" />` : null;
  }

  select(name: string, key: string, options: readonly string[], inWords: (value: string) => string): Html {
    const { say } = this.inLanguage;
    return html`<p>
      <label for="${name}">${say(key)}</label>
      <select id="${name}" name="${name}" ${this.marks(name)}>
        <option value="">${say('report.noAnswer')}</option>
        ${options.map((value) => html`<option value="${value}" ${value === this.values[name] && html`selected`}>${inWords(value)}</option>`)}
      </select>
      ${this.note(name)}
    </p>`;
  }

  choice(name: string, options: readonly string[]): Html {
    const { say } = this.inLanguage;
    return html`<fieldset>
      <legend>${say(`report.${name}`)}</legend>
      ${options.map(
        (value) =>
          html`<label class="choice">
            <input
              type="radio"
              name="${name}"
              value="${value}"
              ${value === this.values[name] && html`checked`}
              ${this.locked && html`disabled`}
            />
            ${say(`movement.${value}`)}
          </label>`,
      )}
      ${this.note(name)}
    </fieldset>`;
  }

  tick(name: string): Html {
    return html`<p>
      <label class="choice">
        <input
          type="checkbox"
          name="${name}"
          value="yes"
          ${this.values[name] === 'yes' && html`checked`}
          ${this.locked && html`disabled`}
        />
        ${this.inLanguage.say(`report.${name}`)}
      </label>
    </p>`;
  }

  private marks(name: string): Html {
    const isWrong = this.trouble(name) !== undefined;
    return html`${isWrong && html`aria-invalid="true" aria-describedby="${name}-trouble"`}
    ${this.locked && html`disabled`}`;
  }

  private note(name: string): Html | undefined {
    const trouble = this.trouble(name);
    return trouble === undefined ? undefined : html`<span class="trouble" id="${name}-trouble">${trouble}</span>`;
  }
}

/** What is stored, as the form would have sent it. */
function valuesOf(report: Report | null): SentForm {
  if (!report) return {};
  const given = (name: string, value: string | number | null | undefined): Array<[string, string]> =>
    value === null || value === undefined ? [] : [[name, String(value)]];
  return Object.fromEntries([
    ...given('movement', report.movement),
    ...given('nothingToReport', report.nothingToReport ? 'yes' : null),
    ...TEXTS.flatMap((name) => given(name, report[name])),
    ...report.milestones.flatMap(({ milestone, ...update }) =>
      Object.entries(update).flatMap(([part, value]) => given(`milestone.${milestone}.${part}`, value)),
    ),
    ...report.evidence.flatMap(({ url, title, milestone }, row) => [
      ...given(`evidence.${row}.milestone`, milestone),
      ...given(`evidence.${row}.url`, url),
      ...given(`evidence.${row}.title`, title),
    ]),
  ]);
}
