import { Injectable } from '@nestjs/common';
import { createHash, randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import { DataSource, IsNull } from 'typeorm';
import type { ActionName } from '../platform/access/access-table.js';
import { assertMay } from '../platform/access/access.js';
import type { Viewer } from '../platform/access/viewer.js';
import { Changes, type Change } from '../platform/audit/changes.js';
import { rows } from '../platform/database/rows.js';
import { DomainError, InvalidInput } from '../platform/errors/domain-error.js';
import { inspectFile } from '../platform/files/file-inspection.js';
import { cleanFileName } from '../platform/files/file-name.js';
import { FileStore } from '../platform/files/file-store.js';
import { isId } from '../platform/graphql/id.js';
import { seeingAll } from '../platform/logging/request-context.js';
import { Shutdown } from '../platform/shutdown.js';
import { CheckIn } from './check-in.entity.js';
import { CheckInNotFound } from './check-in.errors.js';
import { transition } from './check-in.workflow.js';
import { EvidenceFile } from './evidence-file.entity.js';
import { EvidenceFileNotFound, EvidenceFilesFull } from './evidence-file.errors.js';
import type { EvidenceFileRemoveInput } from './evidence-file.inputs.js';
import { EvidenceFilesQueries, MOST_LISTED, type LostEvidence } from './evidence-files.queries.js';
import type { Upload } from './evidence-upload.js';
import { hold } from './held-check-in.js';

/** OGP's own form takes as many. */
const MOST_FILES = 3;
const LONGEST_TITLE = 300;
const ADD = 'POST /check-ins/:checkIn/files' satisfies ActionName;
/** Longer than any upload takes: its row is written a moment after its content. */
const ORPHAN_AFTER = 24 * 60 * 60 * 1000;
const AT_ONCE = 500;

/** Files that agencies show as evidence: the content goes to the store, everything else into a row. */
@Injectable()
export class EvidenceFilesService {
  constructor(
    private readonly db: DataSource,
    private readonly changes: Changes,
    private readonly store: FileStore,
    private readonly queries: EvidenceFilesQueries,
    private readonly shutdown: Shutdown,
  ) {}

  /** Asked before a body of megabytes is read. @throws CheckInNotFound, SignInFirst, NotAllowed or TransitionRefused */
  async assertMayAdd(viewer: Viewer, checkInId: string): Promise<void> {
    const checkIn = isId(checkInId) ? await this.db.getRepository(CheckIn).findOneBy({ id: checkInId }) : null;
    if (!checkIn) throw new CheckInNotFound({}, 'checkIn');
    assertMay(viewer, ADD, checkIn);
    transition('SAVE_DRAFT', checkIn.status);
  }

  /**
   * Content first, row second: a crash in between leaves content that `sweep` finds, never a row without content.
   *
   * @throws what `inspectFile` throws, EvidenceFilesFull, and what `assertMayAdd` throws
   */
  async add(viewer: Viewer, checkInId: string, upload: Upload): Promise<EvidenceFile> {
    const name = cleanFileName(upload.name);
    const mediaType = await inspectFile(name, upload.content);
    const storageKey = randomUUID();
    await this.store.put(storageKey, upload.content);
    try {
      return await this.changes.by(viewer, ADD, async (change) => {
        const { checkIn, status } = await hold(change.tx, checkInId);
        change.allow(checkIn);
        transition('SAVE_DRAFT', status);
        await assertRoom(change, checkIn);
        await assertGood(change, checkIn, upload);
        const file = await change.tx.save(EvidenceFile, {
          checkInId: checkIn.id,
          planId: checkIn.planId,
          institutionId: checkIn.institutionId,
          milestoneId: upload.milestone,
          name,
          mediaType,
          size: upload.content.length,
          sha256: createHash('sha256').update(upload.content).digest('hex'),
          storageKey,
          title: upload.title,
          uploadedAt: change.at,
          uploadedBy: viewer.name,
          claimedAt: null,
          removedAt: null,
        });
        change.record('evidence.fileAdded', subjectOf(file), { before: null, after: summary(file) });
        return file;
      });
    } catch (error) {
      // After any other error the row may have been written all the same; `sweep` finds out later.
      if (error instanceof DomainError) await this.store.delete(storageKey);
      throw error;
    }
  }

  /**
   * Takes a file out of what the agency writes. What was handed in stays readable, because it was said in public; it
   * leaves the list of evidence when the check-in is handed in again. Answers the id of the check-in.
   */
  remove(viewer: Viewer, input: EvidenceFileRemoveInput): Promise<string> {
    return this.changes.by(viewer, 'evidenceFileRemove', async (change) => {
      const missing = new EvidenceFileNotFound({}, 'input.file');
      const found = await change.tx.findOneBy(EvidenceFile, { id: input.file });
      if (!found) throw missing;
      const { checkIn, status } = await hold(change.tx, found.checkInId);
      change.allow(checkIn);
      transition('SAVE_DRAFT', status);
      const { affected } = await change.tx.update(
        EvidenceFile,
        { id: found.id, removedAt: IsNull() },
        { removedAt: change.at },
      );
      if (affected !== 1) throw missing;
      change.record('evidence.fileRemoved', subjectOf(found), { before: summary(found), after: null });
      return checkIn.id;
    });
  }

  /** Deletes content that no row needs. Answers how many. */
  sweep(olderThan = ORPHAN_AFTER): Promise<number> {
    return seeingAll('evidence-sweep', async () => {
      let deleted = 0;
      let keys: string[] = [];
      for await (const key of this.store.olderThan(olderThan)) {
        keys.push(key);
        if (keys.length < AT_ONCE) continue;
        deleted += await this.deleteUnneeded(keys);
        keys = [];
        if (this.shutdown.hasBegun) break;
      }
      return deleted + (await this.deleteUnneeded(keys));
    });
  }

  /** Files whose content the store has lost; at most 100. */
  missing(): Promise<LostEvidence[]> {
    return seeingAll('evidence-doctor', async () => {
      const lost: LostEvidence[] = [];
      let page = await this.queries.filesAfter(null, AT_ONCE);
      while (page.length > 0 && lost.length < MOST_LISTED) {
        for (const file of page) if (!(await this.store.exists(file.storageKey))) lost.push(file);
        page = await this.queries.filesAfter(page.at(-1)?.id ?? null, AT_ONCE);
      }
      return lost.slice(0, MOST_LISTED);
    });
  }

  private async deleteUnneeded(keys: readonly string[]): Promise<number> {
    const needed = await rows<{ key: string }>(
      this.db,
      sql`select storage_key::text as key from evidence_file
           where storage_key::text = any(${[...keys]}::text[]) and (removed_at is null or claimed_at is not null)`,
    );
    const kept = new Set(needed.map(({ key }) => key));
    const unneeded = keys.filter((key) => !kept.has(key));
    for (const key of unneeded) await this.store.delete(key);
    return unneeded.length;
  }
}

/** The lock on the check-in keeps two uploads at once from both taking the last place. */
async function assertRoom({ tx }: Change, checkIn: CheckIn): Promise<void> {
  const count = await tx.countBy(EvidenceFile, { checkInId: checkIn.id, removedAt: IsNull() });
  if (count >= MOST_FILES) throw new EvidenceFilesFull({ most: MOST_FILES }, 'file');
}

/** @throws InvalidInput */
async function assertGood({ tx }: Change, checkIn: CheckIn, { milestone, title }: Upload): Promise<void> {
  const known = await rows<{ id: string }>(
    tx,
    sql`select id from milestone where commitment_id = ${checkIn.commitmentId} and id::text = ${milestone}`,
  );
  const problems = [
    ...(milestone !== null && known.length === 0 ? [{ field: 'milestone', key: 'checkIn.milestoneElsewhere' }] : []),
    ...((title ?? '').length > LONGEST_TITLE
      ? [{ field: 'title', key: 'input.tooLong', args: { largest: LONGEST_TITLE } }]
      : []),
    ...((title ?? '').includes('\0') ? [{ field: 'title', key: 'input.nul' }] : []),
  ];
  if (problems.length > 0) throw new InvalidInput(problems);
}

const subjectOf = ({ id, planId }: EvidenceFile) => ({ type: 'Evidence', id, planId });

/** Without its name, which may be a person's. */
const summary = ({ checkInId, milestoneId, mediaType, size, sha256, claimedAt }: EvidenceFile) => ({
  checkIn: checkInId,
  milestone: milestoneId,
  mediaType,
  size,
  sha256,
  handedIn: claimedAt !== null,
});
