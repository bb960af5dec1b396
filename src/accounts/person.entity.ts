import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Role } from '../platform/access/viewer.js';
import type { Language } from '../platform/i18n/text.js';

/** Somebody who may sign in. An erased person keeps an id, so that records of what was done stay whole. */
@Entity('person')
export class Person {
  @PrimaryGeneratedColumn('uuid') id!: string;
  /** In lower case; null once erased. */
  @Column('text', { nullable: true }) email!: string | null;
  @Column('text', { nullable: true }) name!: string | null;
  @Column('text') language!: Language;
  @Column('timestamptz') createdAt!: Date;
  @Column('timestamptz', { nullable: true }) erasedAt!: Date | null;
}

/** That a person holds a role, or held it until it was revoked. */
@Entity('role_grant')
export class RoleGrant {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') personId!: string;
  @Column('text') role!: Role;
  @Column('uuid', { nullable: true }) planId!: string | null;
  @Column('uuid', { nullable: true }) institutionId!: string | null;
  @Column('timestamptz') grantedAt!: Date;
  @Column('text') grantedBy!: string;
  @Column('timestamptz', { nullable: true }) revokedAt!: Date | null;
}
