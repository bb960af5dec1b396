import { enumOf } from '../graphql/enum-of.js';

export const Role = enumOf('Role', 'What a person or program may do, in one plan or across plans.', {
  ADMIN: 'Runs the service: imports plans, gives out tokens.',
  MEL_OFFICER: 'Monitoring, evaluation and learning officer of a plan: sees drafts, extends periods, verifies.',
  FOCAL_POINT: 'Reports for one institution in one plan.',
  COORDINATOR: 'Coordinates a working group.',
  STEERING: 'Sits on the steering committee.',
  MONITORING_BODY: 'Assesses independently; never the MEL officer.',
  OGP_STAFF: 'OGP staff, across plans.',
  PARTNER: 'A partner that builds on the data, across plans.',
});
export type Role = keyof typeof Role;

/** One role; `planId` null means every plan. */
export interface Grant {
  readonly role: Role;
  readonly planId: string | null;
  readonly institutionId: string | null;
}

/** Who acts. There is always one: the public and the scheduler are viewers too. */
export class Viewer {
  private constructor(
    readonly name: string,
    readonly grants: readonly Grant[],
  ) {}

  static readonly public = new Viewer('public', []);

  /** A part of this service that acts on its own, such as the reminder run. */
  static system(part: string): Viewer {
    return new Viewer(`system:${part}`, [{ role: 'ADMIN', planId: null, institutionId: null }]);
  }

  static holderOf(name: string, grants: readonly Grant[]): Viewer {
    return new Viewer(name, grants);
  }

  get isPublic(): boolean {
    return this === Viewer.public;
  }

  /** Reports in the institution's name. */
  speaksFor(planId: string, institutionId: string): boolean {
    return this.grants.some(
      (g) => g.role === 'FOCAL_POINT' && g.planId === planId && g.institutionId === institutionId,
    );
  }

  /** Runs the plan's quarter: its MEL officer, or an administrator. */
  runs(planId: string): boolean {
    return this.grants.some(
      (g) => (g.role === 'MEL_OFFICER' && g.planId === planId) || this.isAdministrator(g, planId),
    );
  }

  administers(planId: string | null): boolean {
    return this.grants.some((g) => this.isAdministrator(g, planId));
  }

  /** The role that an audit entry shows. */
  get actingAs(): string {
    return [...new Set(this.grants.map((g) => g.role))].join('+') || 'PUBLIC';
  }

  private isAdministrator(grant: Grant, planId: string | null): boolean {
    return grant.role === 'ADMIN' && (grant.planId === null || grant.planId === planId);
  }
}

/** Finds out who a request comes from; given by the feature that keeps the accounts. */
export abstract class Authentication {
  /** @throws a `DomainError` with code UNAUTHENTICATED when a token is given but not good */
  abstract viewerOf(authorization: string | undefined): Promise<Viewer>;
}
