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
  @Column('jsonb') difference!: object;
}
