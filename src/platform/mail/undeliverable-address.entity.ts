import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Why nothing is written to an address: its server refused it, a mail to it came back, or its reader complained. */
export type UndeliverableKind = 'REFUSED' | 'BOUNCED' | 'COMPLAINED';

/** An address that mail does not reach, until somebody says that it does again. */
@Entity('undeliverable_address')
export class UndeliverableAddress {
  /** In lower case. */
  @PrimaryColumn('text') address!: string;
  @Column('timestamptz') since!: Date;
  @Column('text') kind!: UndeliverableKind;
  /** What the mail server said. */
  @Column('text') reason!: string;
  @Column('uuid', { nullable: true }) mailId!: string | null;
}
