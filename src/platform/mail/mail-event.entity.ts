import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A message of the mail provider that was taken in: sent again, it does nothing twice. */
@Entity('mail_event')
export class MailEvent {
  @PrimaryColumn('text') id!: string;
  @Column('timestamptz') receivedAt!: Date;
}
