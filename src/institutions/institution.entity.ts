import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { LocalizedText } from '../platform/i18n/text.js';
import type { InstitutionKind } from './institution.vocabulary.js';

@Entity('institution')
export class Institution {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') memberId!: string;
  @Column('text') key!: string;
  @Column('jsonb') name!: LocalizedText;
  @Column('text') kind!: InstitutionKind;
  @Column('text', { nullable: true }) website!: string | null;
}
