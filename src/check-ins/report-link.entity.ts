import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A link that was sent to a focal point: good for the check-ins of one institution in one period. */
@Entity('report_link')
export class ReportLink {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') planId!: string;
  @Column('uuid') periodId!: string;
  @Column('uuid') institutionId!: string;
  @Column('bytea') secretHash!: Buffer;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz', { nullable: true }) lastUsedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) revokedAt!: Date | null;
}
