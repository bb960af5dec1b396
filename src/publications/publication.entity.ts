import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Difference } from './publication-difference.js';
import type { PublishedReports } from './publication-content.js';

/** A period as it was published. The database refuses to change or remove a row: a correction is a version of its own. */
@Entity('publication')
export class Publication {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') planId!: string;
  @Column('uuid') periodId!: string;
  /** The key that the period had, and that its address has for ever. */
  @Column('text') periodKey!: string;
  @Column('integer') version!: number;
  /** What was published, as the bytes that everybody downloads and that the hash is over. */
  @Column('bytea') content!: Buffer;
  @Column('text') sha256!: string;
  @Column('jsonb') reports!: PublishedReports;
  @Column('jsonb') difference!: Difference;
  /** Why it was corrected; null for what was never published before. */
  @Column('text', { nullable: true }) reason!: string | null;
  @Column('timestamptz') publishedAt!: Date;
  @Column('text') publishedBy!: string;
  @Column('text') actingAs!: string;
}
