import { Injectable } from '@nestjs/common';
import sql from 'sql-template-tag';
import { DataSource } from 'typeorm';
import { keysOf, rows } from '../platform/database/rows.js';
import type { EvidenceCheckType } from './evidence-check.type.js';

/** What a reader gets of a file. */
export interface ReadableFile {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly size: number;
  readonly sha256: string;
  readonly storageKey: string;
  readonly isPublic: boolean;
}

/** Evidence that cannot be read any more, for those who run the service. */
export interface LostEvidence {
  readonly plan: string;
  readonly what: string;
  readonly since: Date;
}

export const MOST_LISTED = 100;

@Injectable()
export class EvidenceFilesQueries {
  constructor(private readonly db: DataSource) {}

  /** Null as well for those who may not see it: the database leaves it out. */
  async byId(id: string): Promise<ReadableFile | null> {
    const [found] = await rows<ReadableFile>(
      this.db,
      sql`select id, name, media_type as "mediaType", size, sha256, storage_key as "storageKey", claimed_at is not null as "isPublic"
            from evidence_file where id = ${id} and (removed_at is null or claimed_at is not null)`,
    );
    return found ?? null;
  }

  checksOf(ids: readonly string[]): Promise<Array<EvidenceCheckType & { evidenceId: string }>> {
    return rows(
      this.db,
      sql`select evidence_id as "evidenceId", checked_at as "checkedAt", outcome = 'OK' as reachable, failing_since as "failingSince"
            from evidence_check where evidence_id = any(${keysOf(ids)})`,
    );
  }

  /** Links that failed at the last look, longest first; at most 100. */
  failingLinks(): Promise<LostEvidence[]> {
    return rows(
      this.db,
      sql`select p.key as plan, e.url as what, c.failing_since as since
            from evidence_check c join evidence e on e.id = c.evidence_id
            join check_in k on k.id = e.check_in_id join action_plan p on p.id = k.plan_id
           where c.failing_since is not null order by c.failing_since, e.id limit ${MOST_LISTED}`,
    );
  }

  /** A page of the files that must be readable, in the order of their ids. */
  filesAfter(id: string | null, limit: number): Promise<Array<LostEvidence & { id: string; storageKey: string }>> {
    return rows(
      this.db,
      sql`select f.id, f.storage_key as "storageKey", p.key as plan, f.name as what, f.uploaded_at as since
            from evidence_file f join action_plan p on p.id = f.plan_id
           where (f.removed_at is null or f.claimed_at is not null) and (${id}::uuid is null or f.id > ${id}::uuid)
           order by f.id limit ${limit}`,
    );
  }
}
