import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** Who did what, acting as what, when. The database refuses to change or remove a row. */
@Entity('audit_entry')
export class AuditEntry {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('timestamptz') at!: Date;
  @Column('text') actor!: string;
  @Column('text') actingAs!: string;
  @Column('text') action!: string;
  @Column('text') subjectType!: string;
  @Column('uuid') subjectId!: string;
  @Column('uuid', { nullable: true }) planId!: string | null;
  /** What it was before, what it is now and why; null when it was erased for a person's sake. */
  @Column('jsonb', { nullable: true }) difference!: object | null;
  /** Counts without a gap: a missing entry shows. */
  @Column('bigint') number!: string;
  @Column('bytea', { nullable: true }) salt!: Buffer | null;
  @Column('bytea') contentHash!: Buffer;
  @Column('bytea') previousHash!: Buffer;
  @Column('bytea') hash!: Buffer;
}
