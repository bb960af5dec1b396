import { Injectable } from '@nestjs/common';
import sql, { type Sql } from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { rangeOf } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { firstOfEach, groupedBy, inOrderOf, keysOf, rows } from '../platform/database/rows.js';
import type { Batch } from '../platform/graphql/loaders.js';
import { inRange } from './check-ins.queries.js';
import type {
  CheckInCommentType,
  CheckInCorrectionType,
  VerificationType,
  VerifiedMilestoneType,
} from './review.type.js';

type Owned<T> = T & { readonly parentId: string };

@Injectable()
export class VerificationsOfCheckIn implements Batch<string, VerificationType[]> {
  constructor(private readonly db: DataSource) {}

  async loadMany(ids: readonly string[]): Promise<VerificationType[][]> {
    const ofCheckIn = (
      id: Sql,
    ) => sql`select id, finding, claim_version as "claimVersion", verified_at as "verifiedAt", evidence
      from verification where check_in_id = ${id} order by verified_at desc, id desc`;
    return groupedBy(ids, await rows<Owned<VerificationType>>(this.db, firstOfEach(ids, 20, ofCheckIn)), 'parentId');
  }
}

@Injectable()
export class MilestonesOfVerification implements Batch<string, VerifiedMilestoneType[]> {
  constructor(private readonly db: DataSource) {}

  async loadMany(ids: readonly string[]): Promise<VerifiedMilestoneType[][]> {
    const found = await rows<VerifiedMilestoneType & { verificationId: string }>(
      this.db,
      sql`select w.verification_id as "verificationId", w.milestone_id as "milestoneId", w.status, w.percent, v.verified_at as "verifiedAt"
            from verified_milestone w join verification v on v.id = w.verification_id join milestone m on m.id = w.milestone_id
           where w.verification_id = any(${keysOf(ids)}) order by w.verification_id, m.number`,
    );
    return groupedBy(ids, found, 'verificationId');
  }
}

@Injectable()
export class VerifiedOfMilestone implements Batch<string, VerifiedMilestoneType | null> {
  constructor(private readonly db: DataSource) {}

  async loadMany(ids: readonly string[]): Promise<Array<VerifiedMilestoneType | null>> {
    const found = await rows<VerifiedMilestoneType>(
      this.db,
      sql`select distinct on (w.milestone_id) w.milestone_id as "milestoneId", w.status, w.percent, v.verified_at as "verifiedAt"
            from verified_milestone w
            join verification v on v.id = w.verification_id
            join check_in k on k.id = v.check_in_id
            join reporting_period r on r.id = k.period_id
           where w.milestone_id = any(${keysOf(ids)})
           order by w.milestone_id, r.starts_on desc, v.verified_at desc`,
    );
    return inOrderOf(ids, found, 'milestoneId');
  }
}

@Injectable()
export class CommentsOfCheckIn implements Batch<string, CheckInCommentType[]> {
  constructor(private readonly db: DataSource) {}

  async loadMany(ids: readonly string[], viewer: Viewer): Promise<CheckInCommentType[][]> {
    const ofCheckIn = (
      id: Sql,
    ) => sql`select k.text, k.written_at as "writtenAt", k.acting_as as "actingAs" from check_in_comment k
      where k.check_in_id = ${id} and ${inRange(rangeOf(viewer, 'readDrafts'))} order by k.written_at, k.id`;
    return groupedBy(ids, await rows<Owned<CheckInCommentType>>(this.db, firstOfEach(ids, 100, ofCheckIn)), 'parentId');
  }
}

@Injectable()
export class CorrectionsOfCheckIn implements Batch<string, CheckInCorrectionType[]> {
  constructor(private readonly db: DataSource) {}

  async loadMany(ids: readonly string[]): Promise<CheckInCorrectionType[][]> {
    const ofCheckIn = (
      id: Sql,
    ) => sql`select reason, reopened_at as "reopenedAt", acting_as as "actingAs" from check_in_correction
      where check_in_id = ${id} order by reopened_at, id`;
    return groupedBy(
      ids,
      await rows<Owned<CheckInCorrectionType>>(this.db, firstOfEach(ids, 100, ofCheckIn)),
      'parentId',
    );
  }
}
