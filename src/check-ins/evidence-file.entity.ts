import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** A file that shows what was done; its content lies in the `FileStore`. Until it is handed in the database shows it to few. */
@Entity('evidence_file')
export class EvidenceFile {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') checkInId!: string;
  @Column('uuid') planId!: string;
  @Column('uuid') institutionId!: string;
  @Column('uuid', { nullable: true }) milestoneId!: string | null;
  @Column('text') name!: string;
  /** Found in the content, not what the sender called it. */
  @Column('text') mediaType!: string;
  @Column('integer') size!: number;
  @Column('text') sha256!: string;
  @Column('uuid') storageKey!: string;
  @Column('text', { nullable: true }) title!: string | null;
  @Column('timestamptz') uploadedAt!: Date;
  @Column('text') uploadedBy!: string;
  /** When its check-in was first handed in with it; from then on it is public, and kept. */
  @Column('timestamptz', { nullable: true }) claimedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) removedAt!: Date | null;
}

/** What came of looking at a link the last time. */
@Entity('evidence_check')
export class EvidenceCheck {
  @PrimaryColumn('uuid') evidenceId!: string;
  @Column('timestamptz') checkedAt!: Date;
  @Column('text') outcome!: 'OK' | 'DEAD' | 'UNREACHABLE';
  @Column('integer', { nullable: true }) status!: number | null;
  @Column('timestamptz', { nullable: true }) failingSince!: Date | null;
}
