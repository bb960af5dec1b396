import { Injectable } from '@nestjs/common';
import type { Viewer } from '../platform/access/viewer.js';
import type { AskedColumns } from '../platform/database/columns.js';
import { groupedBy, inOrderOf } from '../platform/database/rows.js';
import type { Batch } from '../platform/graphql/loaders.js';
import type { CheckInRevisionType, CheckInType, EvidenceType, MilestoneUpdateType } from './check-in.type.js';
import { CheckInsQueries } from './check-ins.queries.js';

@Injectable()
export class CheckInById implements Batch<string, CheckInType | null> {
  constructor(private readonly checkIns: CheckInsQueries) {}

  async loadMany(ids: readonly string[], viewer: Viewer): Promise<Array<CheckInType | null>> {
    return inOrderOf(ids, await this.checkIns.byIds(ids, viewer), 'id');
  }
}

@Injectable()
export class LatestCheckInOfCommitment implements Batch<string, CheckInType | null> {
  constructor(private readonly checkIns: CheckInsQueries) {}

  async loadMany(ids: readonly string[], viewer: Viewer, asked?: AskedColumns): Promise<Array<CheckInType | null>> {
    return inOrderOf(ids, await this.checkIns.latestOf('commitment', ids, viewer, asked), 'parentId');
  }
}

@Injectable()
export class LatestCheckInOfPeriod implements Batch<string, CheckInType | null> {
  constructor(private readonly checkIns: CheckInsQueries) {}

  async loadMany(ids: readonly string[], viewer: Viewer, asked?: AskedColumns): Promise<Array<CheckInType | null>> {
    return inOrderOf(ids, await this.checkIns.latestOf('period', ids, viewer, asked), 'parentId');
  }
}

@Injectable()
export class MilestoneUpdatesOfCheckIn implements Batch<string, MilestoneUpdateType[]> {
  constructor(private readonly checkIns: CheckInsQueries) {}

  async loadMany(ids: readonly string[], viewer: Viewer): Promise<MilestoneUpdateType[][]> {
    return groupedBy(ids, await this.checkIns.milestoneUpdatesOf(ids, viewer), 'checkInId');
  }
}

@Injectable()
export class EvidenceOfCheckIn implements Batch<string, EvidenceType[]> {
  constructor(private readonly checkIns: CheckInsQueries) {}

  async loadMany(ids: readonly string[], viewer: Viewer): Promise<EvidenceType[][]> {
    return groupedBy(ids, await this.checkIns.evidenceOfCheckIns(ids, viewer), 'parentId');
  }
}

@Injectable()
export class EvidenceOfMilestone implements Batch<string, EvidenceType[]> {
  constructor(private readonly checkIns: CheckInsQueries) {}

  async loadMany(ids: readonly string[]): Promise<EvidenceType[][]> {
    return groupedBy(ids, await this.checkIns.evidenceOfMilestones(ids), 'parentId');
  }
}

@Injectable()
export class RevisionsOfCheckIn implements Batch<string, CheckInRevisionType[]> {
  constructor(private readonly checkIns: CheckInsQueries) {}

  async loadMany(ids: readonly string[], viewer: Viewer): Promise<CheckInRevisionType[][]> {
    return groupedBy(ids, await this.checkIns.revisionsOf(ids, viewer), 'parentId');
  }
}

@Injectable()
export class CheckInsChangedAt implements Batch<string, Date | null> {
  constructor(private readonly checkIns: CheckInsQueries) {}

  async loadMany(ids: readonly string[]): Promise<Array<Date | null>> {
    const found = inOrderOf(ids, await this.checkIns.changedAt(ids), 'planId');
    return found.map((change) => change?.at ?? null);
  }
}
