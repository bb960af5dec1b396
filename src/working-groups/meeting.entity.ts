import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Day } from '../action-plans/reporting-calendar.js';
import type { MeetingStatus } from './meeting.vocabulary.js';

/** One meeting of a working group. Its day and time are those of the plan's time zone. */
@Entity('meeting')
export class Meeting {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') planId!: string;
  @Column('uuid') workingGroupId!: string;
  @Column('text') status!: MeetingStatus;
  /** Counts edits, so that of two people who change it at once the second is told. */
  @Column('integer') version!: number;
  @Column('date') day!: Day;
  /** As `HH:MM`; null while only the day is settled. */
  @Column('text', { nullable: true }) startsAtTime!: string | null;
  @Column('text', { nullable: true }) place!: string | null;
  @Column('text', { nullable: true }) agenda!: string | null;
  @Column('text', { nullable: true }) note!: string | null;
  @Column('text', { nullable: true }) minutes!: string | null;
  @Column('text', { nullable: true }) minutesUrl!: string | null;
  @Column('text', { nullable: true }) moveReason!: string | null;
  @Column('text', { nullable: true }) cancelReason!: string | null;
  @Column('timestamptz') createdAt!: Date;
  @Column('text') createdBy!: string;
}
