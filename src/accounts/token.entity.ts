import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Role, Scope } from '../platform/access/viewer.js';

/** What a program signs in with. The secret itself is shown once and never stored. */
@Entity('token')
export class Token {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('text') name!: string;
  @Column('bytea') secretHash!: Buffer;
  @Column('text') role!: Role;
  @Column('uuid', { nullable: true }) planId!: string | null;
  @Column('uuid', { nullable: true }) institutionId!: string | null;
  /** What it may be used for; what its role allows is the limit. */
  @Column('text', { array: true }) scopes!: Scope[];
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz') expiresAt!: Date;
  @Column('timestamptz', { nullable: true }) revokedAt!: Date | null;
  @Column('timestamptz', { nullable: true }) lastUsedAt!: Date | null;
}
