import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { assertMay } from '../platform/access/access.js';
import type { Role, Viewer } from '../platform/access/viewer.js';
import { Changes, type Change } from '../platform/audit/changes.js';
import { Settings } from '../platform/config/settings.js';
import { columnsOf } from '../platform/database/columns.js';
import { rows } from '../platform/database/rows.js';
import { Messages } from '../platform/i18n/messages.js';
import { wordsOf } from '../platform/i18n/pick.js';
import type { Language } from '../platform/i18n/text.js';
import { oneLine } from '../platform/mail/one-line.js';
import { mailAddress } from './mail-address.js';
import { NotAMailAddress, OfficerAndMonitor, RoleNotHeld } from './people.errors.js';
import { PeopleQueries } from './people.queries.js';
import { Person, RoleGrant } from './person.entity.js';
import { RolePlaces, type RolePlace, type RoleWanted } from './role-places.js';
import { INVITATION, invitationMail } from './sign-in.mails.js';
import { after, DAY } from './sign-in.terms.js';

const INVITATION_DAYS = 14;
/** Nobody holds two of these in one plan. */
const APART: readonly Role[] = ['MEL_OFFICER', 'MONITORING_BODY'];

export interface Invitation extends RoleWanted {
  readonly email: string;
  readonly name?: string | null | undefined;
  readonly language: Language;
}

/** Who may sign in, and as what. */
@Injectable()
export class PeopleService {
  constructor(
    private readonly changes: Changes,
    private readonly people: PeopleQueries,
    private readonly places: RolePlaces,
    private readonly messages: Messages,
    private readonly settings: Settings,
  ) {}

  /**
   * Gives a person a role and tells them by mail how to sign in. A role that is held already is left as it is. Answers
   * the id of the person.
   */
  async invite(viewer: Viewer, invitation: Invitation): Promise<string> {
    const email = mailAddress(invitation.email);
    if (!email) throw new NotAMailAddress({}, 'email');
    const place = await this.places.find(invitation);
    assertMay(viewer, 'personInvite', { planId: place.planId });
    return this.changes.by(viewer, 'personInvite', async (change) => {
      change.allow({ planId: place.planId });
      const person = await this.personWith(change, email, invitation);
      await this.assertApart(change, person.id, invitation.role, place);
      const grantId = await this.grant(change, person.id, invitation.role, place);
      if (!grantId) {
        change.nothingToDo();
        return person.id;
      }
      await this.tell(change, { ...person, email }, grantId, invitation.role, place);
      const { planId, institutionId } = place;
      change.record(
        'person.invited',
        { type: 'Person', id: person.id, planId },
        { before: null, after: { grant: grantId, role: invitation.role, institution: institutionId } },
      );
      return person.id;
    });
  }

  /** Takes the role away, at once. Answers the id of the person. */
  async revoke(viewer: Viewer, grantId: string): Promise<string> {
    const grant = await this.people.grantById(grantId);
    if (!grant) throw new RoleNotHeld({}, 'role');
    assertMay(viewer, 'roleRevoke', { planId: grant.planId });
    return this.changes.by(viewer, 'roleRevoke', async (change) => {
      change.allow({ planId: grant.planId });
      const { affected } = await change.tx
        .createQueryBuilder()
        .update(RoleGrant)
        .set({ revokedAt: change.at })
        .where('id = :grantId and revoked_at is null', { grantId })
        .execute();
      if (!affected) throw new RoleNotHeld({}, 'role');
      const { role, institutionId, personId, planId } = grant;
      change.record(
        'role.revoked',
        { type: 'Person', id: personId, planId },
        { before: { grant: grantId, role, institution: institutionId }, after: null },
      );
      return personId;
    });
  }

  /** Finds or makes the person, and holds them until the change is done: two invitations at once see one another. */
  private async personWith(change: Change, email: string, { name, language }: Invitation): Promise<Person> {
    const [person] = await rows<Person>(
      change.tx,
      sql`insert into person as n (email, name, language, created_at) values (${email}, ${name ? oneLine(name) || null : null}, ${language}, ${change.at})
          on conflict (email) do update set name = coalesce(n.name, excluded.name) returning ${columnsOf(Person, 'n')}`,
    );
    if (!person) throw new Error('A person was neither found nor made.');
    return person;
  }

  /** @throws OfficerAndMonitor */
  private async assertApart(change: Change, personId: string, role: Role, { planId }: RolePlace): Promise<void> {
    if (!APART.includes(role)) return;
    const others = APART.filter((other) => other !== role);
    const [held] = await rows(
      change.tx,
      sql`select from role_grant where person_id = ${personId} and plan_id = ${planId} and revoked_at is null and role = any(${others}::text[])`,
    );
    if (held) throw new OfficerAndMonitor({}, 'role');
  }

  /** Answers the id of the new grant; null when the role is held already. */
  private async grant(change: Change, personId: string, role: Role, place: RolePlace): Promise<string | null> {
    const [granted] = await rows<{ id: string }>(
      change.tx,
      sql`insert into role_grant (person_id, role, plan_id, institution_id, granted_at, granted_by)
          values (${personId}, ${role}, ${place.planId}, ${place.institutionId}, ${change.at}, ${change.viewer.name})
          on conflict (person_id, role, plan_id, institution_id) where revoked_at is null do nothing returning id`,
    );
    return granted?.id ?? null;
  }

  private async tell(
    change: Change,
    person: Person & { email: string },
    grantId: string,
    role: Role,
    { planTitle }: RolePlace,
  ): Promise<void> {
    const plan = wordsOf(planTitle, [person.language]);
    const { email: address, name, language } = person;
    await change.queue({
      ...invitationMail(this.messages, { address, name, language, role, plan }, this.settings.PUBLIC_URL),
      key: `${INVITATION}:${grantId}`,
      kind: INVITATION,
      to: { address, name },
      expiresAt: after(change.at, INVITATION_DAYS * DAY),
    });
  }
}
