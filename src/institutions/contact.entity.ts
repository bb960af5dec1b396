import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Language } from '../platform/i18n/text.js';
import type { ContactRole } from './institution.vocabulary.js';

@Entity('contact')
export class Contact {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') institutionId!: string;
  @Column('text') key!: string;
  @Column('text') role!: ContactRole;
  @Column('text', { nullable: true }) name!: string | null;
  /** None is normal; whoever owes something and has none is shown before a reminder is due. */
  @Column('text', { nullable: true }) email!: string | null;
  @Column('text') language!: Language;
  @Column('integer') position!: number;
}
