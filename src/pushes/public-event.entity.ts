import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { EventFacts, StoredEventType } from './public-event.js';

/** Something that everybody may hear of. The database refuses to change or remove a row. */
@Entity('public_event')
export class PublicEvent {
  @PrimaryGeneratedColumn('uuid') id!: string;
  /** Of its audit entry, in the order of the commits: whoever has read up to it has missed nothing before it. */
  @Column('bigint') number!: string;
  @Column('text') type!: StoredEventType;
  @Column('uuid') planId!: string;
  @Column('uuid') subjectId!: string;
  @Column('timestamptz') happenedAt!: Date;
  @Column('jsonb') facts!: EventFacts;
}
