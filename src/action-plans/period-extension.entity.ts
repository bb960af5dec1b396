import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Day } from './reporting-calendar.js';

@Entity('period_extension')
export class PeriodExtension {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') periodId!: string;
  @Column('uuid') institutionId!: string;
  @Column('date') dueOn!: Day;
  @Column('date') closesOn!: Day;
  @Column('timestamptz') dueBefore!: Date;
  @Column('timestamptz') closesBefore!: Date;
  @Column('text') reason!: string;
  @Column('text') grantedBy!: string;
  @Column('timestamptz') grantedAt!: Date;
}
