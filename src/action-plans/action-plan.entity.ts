import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Language, LocalizedText } from '../platform/i18n/text.js';
import type { HolidayCalendar } from './holiday-calendar.js';
import type { Day, OwnDay, ReportingRules } from './reporting-calendar.js';

export interface PlanQuestion {
  readonly key: string;
  readonly question: LocalizedText;
  readonly answer: LocalizedText | null;
}
export interface CoCreation {
  readonly groups: number | null;
  readonly publicMeetings: number | null;
  readonly governmentInstitutions: number | null;
  readonly localParticipants: number | null;
  readonly plannedPublicMeetingsPerYear: number | null;
  readonly note: LocalizedText | null;
}
export interface PlanDocument {
  readonly key: string;
  readonly title: LocalizedText;
  readonly year: number | null;
  readonly url: string | null;
}
export interface Endorsement {
  readonly name: string | null;
  readonly affiliation: LocalizedText;
}
/**
 * The rules that periods are made by, and the span they cover where it differs from the plan's own dates. Which days
 * are worked is `workingWeekOf` the plan: the calendar together with the plan's own days.
 */
export interface PlanReporting extends Omit<ReportingRules, 'timeZone' | 'holidays'> {
  readonly holidayCalendar?: HolidayCalendar;
  readonly holidays: readonly OwnDay[];
  readonly startsOn: Day | null;
  readonly endsOn: Day | null;
  readonly monthPrecision: readonly string[];
}

@Entity('action_plan')
export class ActionPlan {
  @PrimaryGeneratedColumn('uuid') id!: string;
  @Column('text') key!: string;
  @Column('uuid') memberId!: string;
  @Column('jsonb') title!: LocalizedText;
  @Column('text') language!: Language;
  @Column('text') timeZone!: string;
  @Column('date', { nullable: true }) submittedOn!: Day | null;
  @Column('date', { nullable: true }) startsOn!: Day | null;
  @Column('date', { nullable: true }) endsOn!: Day | null;
  @Column('date', { nullable: true }) administrationStartedOn!: Day | null;
  @Column('date', { nullable: true }) termEndsOn!: Day | null;
  @Column('text', { array: true }) monthPrecision!: string[];
  @Column('text', { nullable: true }) website!: string | null;
  @Column('jsonb', { nullable: true }) foreword!: LocalizedText | null;
  @Column('jsonb') questions!: PlanQuestion[];
  @Column('jsonb', { nullable: true }) coCreation!: CoCreation | null;
  @Column('jsonb') dissemination!: LocalizedText[];
  @Column('jsonb') documents!: PlanDocument[];
  @Column('jsonb') endorsements!: Endorsement[];
  @Column('jsonb', { nullable: true }) reporting!: PlanReporting | null;
  @Column('jsonb') sources!: string[];
}
