import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Day } from './reporting-calendar.js';

@Entity('reporting_period')
export class ReportingPeriod {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') planId!: string;
  @Column('text') key!: string;
  @Column('date') startsOn!: Day;
  @Column('date') endsBefore!: Day;
  @Column('date') opensOn!: Day;
  @Column('date') dueOn!: Day;
  @Column('date') closesOn!: Day;
  @Column('timestamptz') opensAt!: Date;
  @Column('timestamptz') dueBefore!: Date;
  @Column('timestamptz') closesBefore!: Date;
  @Column('boolean') isStub!: boolean;
  @Column('boolean') withdrawn!: boolean;
}
