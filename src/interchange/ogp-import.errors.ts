import { DomainError } from '../platform/errors/domain-error.js';

abstract class OgpTableRefused extends DomainError {
  readonly code = 'BAD_USER_INPUT';

  constructor(args: DomainError['args'] = {}, field = 'file') {
    super(args, field);
  }
}

export class OgpTableNotFound extends OgpTableRefused {
  readonly key = 'ogpImport.noTable';
}
/** The table holds several plans, or none that was asked for. */
export class OgpPlanUnclear extends OgpTableRefused {
  readonly key = 'ogpImport.planUnclear';
}
export class OgpFactsMissing extends OgpTableRefused {
  readonly key = 'ogpImport.factsMissing';
}
export class OgpPlanExists extends DomainError {
  readonly code = 'CONFLICT';
  readonly key = 'ogpImport.planExists';
}
