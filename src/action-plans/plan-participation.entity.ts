import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { LocalizedText } from '../platform/i18n/text.js';
import type { ParticipationRole } from './action-plan.vocabulary.js';

@Entity('plan_participation')
export class PlanParticipation {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('uuid') planId!: string;
  @Column('uuid') institutionId!: string;
  @Column('text') role!: ParticipationRole;
  @Column('jsonb', { nullable: true }) note!: LocalizedText | null;
  @Column('integer') position!: number;
}
