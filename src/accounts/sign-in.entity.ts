import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A link that opens one session, in the browser that asked for it. The secret itself stands only in the mail. */
@Entity('sign_in_link')
export class SignInLink {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') personId!: string;
  @Column('bytea') secretHash!: Buffer;
  @Column('bytea') browserHash!: Buffer;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz') expiresAt!: Date;
  @Column('timestamptz', { nullable: true }) usedAt!: Date | null;
}

/** That somebody asked for a link, whether or not the address is known; counted, and forgotten after a day. */
@Entity('sign_in_request')
export class SignInRequest {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('bytea') addressHash!: Buffer;
  @Column('bytea') networkHash!: Buffer;
  @Column('timestamptz') at!: Date;
}

/** That a person is signed in with one browser. Its cookie holds the secret, this row only a hash of it. */
@Entity('session')
export class Session {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') personId!: string;
  @Column('bytea') secretHash!: Buffer;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz') lastSeenAt!: Date;
  @Column('timestamptz') expiresAt!: Date;
  @Column('timestamptz', { nullable: true }) endedAt!: Date | null;
  @Column('text') browser!: string;
}
