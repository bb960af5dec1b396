import {
  DomainError,
  type MessageArguments,
  type TablePlace,
  type Violation,
} from '../platform/errors/domain-error.js';
import type { Place } from './given-sheet.js';

/** Why something was not taken, or what is worth knowing of it. */
export interface Refusal {
  readonly key: string;
  readonly args?: MessageArguments;
}

/** One thing wrong with a file of tables, or worth knowing of it, and where. */
export interface TableProblem extends Refusal {
  readonly place: Place;
}

/** Tables with everything that is wrong with them; nothing of them was taken. */
export class TablesRefused extends DomainError {
  readonly code = 'BAD_USER_INPUT';
  readonly key = 'tableImport.refused';

  constructor(private readonly problems: readonly TableProblem[]) {
    super({ count: problems.length });
  }

  override get violations(): readonly Violation[] {
    return this.problems.map(({ place: { field, ...place }, key, args }) => ({
      field,
      key,
      ...(args ? { args } : {}),
      place: place satisfies TablePlace,
    }));
  }
}

abstract class TablesUnreadable extends DomainError {
  readonly code = 'BAD_USER_INPUT';

  constructor(args: DomainError['args'] = {}, field = 'file') {
    super(args, field);
  }
}

export class TableTooLong extends TablesUnreadable {
  readonly key = 'tableImport.tooLong';
}
export class WorkbookTooHeavy extends TablesUnreadable {
  readonly key = 'tableImport.tooHeavy';
}
export class CsvBroken extends TablesUnreadable {
  readonly key = 'tableImport.csvBroken';
}
export class NotUnicode extends TablesUnreadable {
  readonly key = 'tableImport.notUnicode';
}
export class EncodingUnknown extends TablesUnreadable {
  readonly key = 'tableImport.encodingUnknown';
}
export class TableFileKind extends TablesUnreadable {
  readonly key = 'tableImport.kind';
}
/** A zip of some other program: of OpenDocument, a text, or just files. */
export class OtherKindOfDocument extends TablesUnreadable {
  readonly key = 'tableImport.otherDocument';
}
/** The workbook of a period that was published: it has no mark of the state of the plan, and does not change. */
export class PublishedFileSent extends TablesUnreadable {
  readonly key = 'tableImport.published';
}
export class NoTableFound extends TablesUnreadable {
  readonly key = 'tableImport.noTable';
}
export class TableUnclear extends TablesUnreadable {
  readonly key = 'tableImport.tableUnclear';
}
export class PlanUnclear extends TablesUnreadable {
  readonly key = 'tableImport.planUnclear';
}
export class FileOfAnotherPlan extends TablesUnreadable {
  readonly key = 'tableImport.otherPlan';
}
export class FileInAnotherLanguage extends TablesUnreadable {
  readonly key = 'tableImport.fileLanguage';
}
