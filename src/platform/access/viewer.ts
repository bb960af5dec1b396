import { enumOf } from '../graphql/enum-of.js';

export const Role = enumOf('Role', 'What a person or program may do, in one plan or across plans.', {
  ADMIN: 'Runs the service: imports plans, invites people, gives out tokens.',
  MEL_OFFICER:
    'Monitoring, evaluation and learning officer of a plan: sees drafts, returns, verifies and publishes check-ins, extends periods, moves due dates, keeps meetings.',
  FOCAL_POINT: 'Reports for one institution in one plan.',
  COORDINATOR:
    'Plans the meetings of the working groups that an institution coordinates, and records what came of them.',
  STEERING: 'Sits on the steering committee.',
  MONITORING_BODY: 'Files assessments, independently; never the MEL officer.',
  OGP_STAFF: 'OGP staff, across plans.',
  PARTNER: 'A partner that builds on the data, across plans.',
});
export type Role = keyof typeof Role;

export const Scope = enumOf('Scope', 'What a token may be used for, at most: less than its role allows, never more.', {
  READ_OWN: 'To see what its role sees and the public does not, such as drafts.',
  WRITE_CHECK_INS: 'To save and hand in check-ins with their evidence, and to comment on them.',
  REVIEW:
    'To return, verify and publish check-ins, to extend periods, to move due dates, to keep meetings and to file assessments.',
  ADMIN: 'To import plans, to invite people and to give out tokens.',
  WEBHOOKS: 'To keep webhooks, and to see what they delivered.',
});
export type Scope = keyof typeof Scope;
export const SCOPES = Object.keys(Scope) as Scope[];

/** One role; `planId` null means every plan. */
export interface Grant {
  readonly role: Role;
  readonly planId: string | null;
  readonly institutionId: string | null;
  /** Where it holds in one reporting period alone, as with the link of a reminder. */
  readonly periodId?: string;
}

/** By what somebody is known here: a person who signed in, a program with a token, the link of a reminder, a part of this service, or nobody. */
export interface Account {
  readonly kind: 'PERSON' | 'TOKEN' | 'LINK' | 'SYSTEM' | 'PUBLIC';
  readonly id: string;
}

/** Who acts. There is always one: the public and the scheduler are viewers too. */
export class Viewer {
  private constructor(
    readonly account: Account,
    readonly grants: readonly Grant[],
    readonly scopes: readonly Scope[],
    /** What audit entries call it. A person is named by an id alone, so that they can be forgotten. */
    readonly name: string,
    /** The session that a person asks in. */
    readonly sessionId: string | null = null,
  ) {}

  static readonly public = new Viewer({ kind: 'PUBLIC', id: 'public' }, [], [], 'public');

  /** A part of this service that acts on its own, such as the reminder run, or the operator at the command line. */
  static system(part: string): Viewer {
    const everything: Grant = { role: 'ADMIN', planId: null, institutionId: null };
    return new Viewer({ kind: 'SYSTEM', id: part }, [everything], SCOPES, `system:${part}`);
  }

  static person(id: string, grants: readonly Grant[], sessionId: string | null = null): Viewer {
    return new Viewer({ kind: 'PERSON', id }, grants, SCOPES, `person:${id}`, sessionId);
  }

  static token(id: string, name: string, grants: readonly Grant[], scopes: readonly Scope[]): Viewer {
    return new Viewer({ kind: 'TOKEN', id }, grants, scopes, `token:${name}`);
  }

  /** Whoever has the link of a reminder reports for that institution in that period. */
  static link(id: string, only: { planId: string; institutionId: string; periodId: string }): Viewer {
    const { planId, institutionId, periodId } = only;
    const grant: Grant = { role: 'FOCAL_POINT', planId, institutionId, periodId };
    return new Viewer({ kind: 'LINK', id }, [grant], ['READ_OWN', 'WRITE_CHECK_INS'], `link:${id}`);
  }

  get isPublic(): boolean {
    return this.account.kind === 'PUBLIC';
  }

  get isSystem(): boolean {
    return this.account.kind === 'SYSTEM';
  }

  get personId(): string | null {
    return this.account.kind === 'PERSON' ? this.account.id : null;
  }
}

/** What of a request tells who sends it. */
export interface Credentials {
  readonly headers: { readonly authorization?: string | undefined; readonly cookie?: string | undefined };
}

/** Finds out who a request comes from; given by the feature that keeps the accounts. */
export abstract class Authentication {
  /** @throws a `DomainError` with code UNAUTHENTICATED when a token is given but not good */
  abstract viewerOf(request: Credentials): Promise<Viewer>;
}
