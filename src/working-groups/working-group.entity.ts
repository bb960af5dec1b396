import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { LocalizedText } from '../platform/i18n/text.js';

@Entity('working_group')
export class WorkingGroup {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') planId!: string;
  @Column('text') key!: string;
  @Column('jsonb') name!: LocalizedText;
  @Column('uuid', { nullable: true }) coordinatorInstitutionId!: string | null;
  @Column('jsonb', { nullable: true }) note!: LocalizedText | null;
}

@Entity('working_group_member')
export class WorkingGroupMember {
  @PrimaryColumn('uuid') workingGroupId!: string;
  @PrimaryColumn('uuid') institutionId!: string;
  @Column('integer') position!: number;
}
