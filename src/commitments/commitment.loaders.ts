import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock.js';
import { groupedBy, inOrderOf } from '../platform/database/rows.js';
import type { Batch } from '../platform/graphql/loaders.js';
import type { CommitmentProgress, DueDateChange } from './commitment.type.js';
import type { CommitmentRole } from './commitment.vocabulary.js';
import { CommitmentsQueries, type CommitmentRow } from './commitments.queries.js';
import { MilestonesQueries, type MilestoneRow } from './milestones.queries.js';

@Injectable()
export class CommitmentById implements Batch<string, CommitmentRow | null> {
  constructor(private readonly commitments: CommitmentsQueries) {}

  async loadMany(ids: readonly string[]): Promise<Array<CommitmentRow | null>> {
    return inOrderOf(ids, await this.commitments.byIds(ids), 'id');
  }
}

@Injectable()
export class MilestoneById implements Batch<string, MilestoneRow | null> {
  constructor(private readonly milestones: MilestonesQueries) {}

  async loadMany(ids: readonly string[]): Promise<Array<MilestoneRow | null>> {
    return inOrderOf(ids, await this.milestones.byIds(ids), 'id');
  }
}

@Injectable()
export class DueDatesOfMilestone implements Batch<string, DueDateChange[]> {
  constructor(private readonly milestones: MilestonesQueries) {}

  async loadMany(ids: readonly string[]): Promise<DueDateChange[][]> {
    return groupedBy(ids, await this.milestones.dueDatesOf(ids), 'parentId');
  }
}

export interface Implementing {
  readonly institutionId: string;
  readonly role: CommitmentRole;
  readonly namedByCommitment: boolean;
}

@Injectable()
export class ImplementingOfCommitment implements Batch<string, Implementing[]> {
  constructor(private readonly commitments: CommitmentsQueries) {}

  async loadMany(ids: readonly string[]): Promise<Implementing[][]> {
    return groupedBy(ids, await this.commitments.implementing(ids), 'commitmentId');
  }
}

@Injectable()
export class ProgressOfCommitment implements Batch<string, CommitmentProgress | null> {
  constructor(
    private readonly commitments: CommitmentsQueries,
    private readonly clock: Clock,
  ) {}

  async loadMany(ids: readonly string[]): Promise<Array<CommitmentProgress | null>> {
    return inOrderOf(ids, await this.commitments.progressOf(ids, this.clock.now()), 'commitmentId');
  }
}
