import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { LocalizedText } from '../platform/i18n/text.js';
import type { MemberKind } from './action-plan.vocabulary.js';

@Entity('member')
export class Member {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('text') key!: string;
  @Column('jsonb') name!: LocalizedText;
  @Column('text') kind!: MemberKind;
  @Column('text') country!: string;
  @Column('text', { nullable: true }) website!: string | null;
}
