import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import type { ActionName } from '../platform/access/access-table.js';
import { actingAs } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes, type Change } from '../platform/audit/changes.js';
import { Settings } from '../platform/config/settings.js';
import { rows } from '../platform/database/rows.js';
import { InvalidInput } from '../platform/errors/domain-error.js';
import { Messages } from '../platform/i18n/messages.js';
import type { OutboxMail } from '../platform/mail/outbox-mail.entity.js';
import type { GateAnswer } from '../platform/mail/mail-gates.js';
import { CheckIn } from './check-in.entity.js';
import { transition, transitionOf, type CheckInTransition } from './check-in.workflow.js';
import { assertVersion, hold, type Held } from './held-check-in.js';
import { CheckInComment, CheckInCorrection, VerifiedMilestone, Verification } from './review.entity.js';
import type {
  CheckInCommentInput,
  CheckInPublishInput,
  CheckInReopenInput,
  CheckInReturnInput,
  CheckInVerifyInput,
} from './review.inputs.js';
import { REVIEW, reviewMail, type Addressee } from './review.mails.js';

/** Long enough for an agency on holiday to find it still true; the mail is looked at again before it leaves. */
const MAIL_GOOD_FOR = 14 * 24 * 60 * 60 * 1000;

/** What the MEL officer does with a claim. Every decision locks the check-in: of two at once, the second is told. */
@Injectable()
export class ReviewsService {
  constructor(
    private readonly db: DataSource,
    private readonly changes: Changes,
    private readonly messages: Messages,
    private readonly settings: Settings,
  ) {}

  /** Sends it back with a comment. Answers the id. */
  return(viewer: Viewer, input: CheckInReturnInput): Promise<string> {
    return this.decide(viewer, 'RETURN', input, async (change, held) => {
      const comment = await write(change, held.checkIn, input.comment, 'checkInReturn');
      await this.tellAgency(change, held, 'RETURN', input.comment);
      return { comment };
    });
  }

  /** Records what was found, beside the claim. Answers the id. */
  verify(viewer: Viewer, input: CheckInVerifyInput): Promise<string> {
    return this.decide(viewer, 'VERIFY', input, async (change, { checkIn, version }) => {
      const milestones = await this.milestonesIn(change, checkIn, input);
      const verification = {
        checkInId: checkIn.id,
        planId: checkIn.planId,
        claimVersion: version,
        finding: input.finding.trim(),
        evidence: (input.evidence ?? []).map(({ url, title }) => ({ url, title: title?.trim() || null })),
        verifiedAt: change.at,
        verifiedBy: viewer.name,
        actingAs: actingAs(viewer, 'checkInVerify'),
      };
      const { id } = await change.tx.save(Verification, verification);
      const found = milestones.map((milestone) => ({ ...milestone, verificationId: id }));
      await change.tx.insert(VerifiedMilestone, found);
      const { finding, evidence, claimVersion } = verification;
      return { verification: { id, claimVersion, finding, evidence, milestones } };
    });
  }

  /** Publishes what was verified. Answers the id. */
  publish(viewer: Viewer, input: CheckInPublishInput): Promise<string> {
    return this.decide(viewer, 'PUBLISH', input, () => Promise.resolve({}));
  }

  /** Opens a published check-in again, which everybody can see, with the reason. Answers the id. */
  reopen(viewer: Viewer, input: CheckInReopenInput): Promise<string> {
    return this.decide(viewer, 'REOPEN', input, async (change, held) => {
      await change.tx.insert(CheckInCorrection, {
        checkInId: held.checkIn.id,
        reason: input.reason.trim(),
        reopenedAt: change.at,
        reopenedBy: viewer.name,
        actingAs: actingAs(viewer, 'checkInReopen'),
      });
      await this.tellAgency(change, held, 'REOPEN', input.reason);
      return { correction: { reason: input.reason.trim() } };
    });
  }

  /** A remark between the agency and the MEL officer. Answers the id of the check-in. */
  comment(viewer: Viewer, input: CheckInCommentInput): Promise<string> {
    return this.changes.by(viewer, 'checkInComment', async (change) => {
      const { checkIn } = await hold(change.tx, input.checkIn);
      change.allow(checkIn);
      const comment = await write(change, checkIn, input.text, 'checkInComment');
      change.record('checkIn.commented', subjectOf(checkIn), { before: null, after: { comment } });
      return checkIn.id;
    });
  }

  /** Before the mail leaves: was it handed in again in the meantime? */
  async lookAgain(mail: OutboxMail): Promise<GateAnswer> {
    const [, checkInId = ''] = mail.key.split(':');
    const [found] = await rows<{ status: string }>(this.db, sql`select status from check_in where id = ${checkInId}`);
    return found?.status === 'RETURNED' ? { send: true } : { send: false, reason: 'The check-in was handed in again.' };
  }

  private decide(
    viewer: Viewer,
    verb: CheckInTransition,
    input: { readonly checkIn: string; readonly version: number },
    work: (change: Change, held: Held) => Promise<object>,
  ): Promise<string> {
    const { action } = transitionOf(verb);
    return this.changes.by(viewer, action, async (change) => {
      const held = await hold(change.tx, input.checkIn);
      const { checkIn } = held;
      change.allow(checkIn);
      const status = transition(verb, held.status) ?? checkIn.status;
      assertVersion(held, input.version);
      const before = { status: checkIn.status, version: checkIn.version };
      const after = { status, version: checkIn.version + 1 };
      const said = await work(change, held);
      await change.tx.update(CheckIn, checkIn.id, after);
      change.record(`checkIn.${PAST[verb]}`, subjectOf(checkIn), { before, after: { ...after, ...said } });
      return checkIn.id;
    });
  }

  /** @throws InvalidInput when a milestone is not the commitment's, or stands twice */
  private async milestonesIn(change: Change, checkIn: CheckIn, input: CheckInVerifyInput) {
    const known = await rows<{ id: string }>(
      change.tx,
      sql`select id from milestone where commitment_id = ${checkIn.commitmentId}`,
    );
    const given = input.milestones ?? [];
    const problems = given.flatMap(({ milestone }, at) => {
      const field = `input.milestones.${at}.milestone`;
      if (!known.some(({ id }) => id === milestone)) return [{ field, key: 'checkIn.milestoneElsewhere' }];
      const isRepeated = given.findIndex((other) => other.milestone === milestone) < at;
      return isRepeated ? [{ field, key: 'checkIn.milestoneTwice' }] : [];
    });
    if (problems.length > 0) throw new InvalidInput(problems);
    return given.map(({ milestone, status, percent }) => ({
      milestoneId: milestone,
      status,
      percent: percent ?? null,
    }));
  }

  private async tellAgency(change: Change, { checkIn }: Held, verb: CheckInTransition, words: string): Promise<void> {
    const { mail } = transitionOf(verb);
    if (!mail) return;
    const addressees = await rows<Addressee>(
      change.tx,
      sql`select distinct on (lower(k.email)) lower(k.email) as address, k.name, k.language, i.name as institution, p.title as plan, p.language as "planLanguage",
                 r.key as period, c.number, c.title as commitment,
                 (select o.email from contact o join institution j on j.id = o.institution_id
                   where j.member_id = p.member_id and o.role = 'MEL_OFFICER' and o.email is not null order by o.id limit 1) as "replyTo"
            from contact k
            join institution i on i.id = k.institution_id
            join action_plan p on p.id = ${checkIn.planId}
            join commitment c on c.id = ${checkIn.commitmentId}
            join reporting_period r on r.id = ${checkIn.periodId}
           where k.institution_id = ${checkIn.institutionId} and k.role = 'FOCAL_POINT' and k.email is not null
           order by lower(k.email), k.position`,
    );
    for (const addressee of addressees) {
      await change.queue({
        ...reviewMail(this.messages, mail.key, addressee, words.trim(), this.settings.PUBLIC_URL),
        key: `${REVIEW}:${checkIn.id}:${checkIn.version}:${addressee.address}`,
        kind: REVIEW,
        to: { address: addressee.address, name: addressee.name },
        replyTo: addressee.replyTo,
        expiresAt: new Date(change.at.getTime() + MAIL_GOOD_FOR),
      });
    }
  }
}

const PAST: Readonly<Record<CheckInTransition, string>> = {
  SAVE_DRAFT: 'draftSaved',
  SUBMIT: 'submitted',
  RETURN: 'returned',
  VERIFY: 'verified',
  PUBLISH: 'published',
  REOPEN: 'reopened',
};

const subjectOf = ({ id, planId }: CheckIn) => ({ type: 'CheckIn', id, planId });

/** Answers the comment's id; its words stay in its own row. */
async function write(change: Change, checkIn: CheckIn, text: string, action: ActionName): Promise<string> {
  const { id } = await change.tx.save(CheckInComment, {
    checkInId: checkIn.id,
    planId: checkIn.planId,
    institutionId: checkIn.institutionId,
    text: text.trim(),
    writtenAt: change.at,
    writtenBy: change.viewer.name,
    actingAs: actingAs(change.viewer, action),
  });
  return id;
}
