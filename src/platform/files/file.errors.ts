import { DomainError } from '../errors/domain-error.js';

abstract class FileRefused extends DomainError {
  readonly code = 'BAD_USER_INPUT';

  constructor(args: DomainError['args'] = {}, field = 'file') {
    super(args, field);
  }
}

export class FileEmpty extends FileRefused {
  readonly key = 'file.empty';
}
export class FileMissing extends FileRefused {
  readonly key = 'file.missing';
}
export class FilesTooMany extends FileRefused {
  readonly key = 'file.oneAtATime';
}
export class FileKindRefused extends FileRefused {
  readonly key = 'file.kindRefused';
}
export class FileNotWhatItsNameSays extends FileRefused {
  readonly key = 'file.otherKind';
}
export class FileWithMacros extends FileRefused {
  readonly key = 'file.macros';
}
export class FileDamaged extends FileRefused {
  readonly key = 'file.damaged';
}
export class FileUnpacksTooLarge extends FileRefused {
  readonly key = 'file.unpacksTooLarge';
}
export class FileTooLarge extends FileRefused {
  override readonly status = 413;
  readonly key = 'file.tooLarge';
}
export class NotAForm extends FileRefused {
  override readonly status = 415;
  readonly key = 'file.notAForm';
}
export class FormBroken extends FileRefused {
  readonly key = 'file.formBroken';
}
/** It was here, and the store has lost it. */
export class FileLost extends DomainError {
  readonly code = 'NOT_FOUND';
  override readonly status = 410;
  readonly key = 'file.lost';
}
