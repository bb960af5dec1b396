import { Field, Int, ObjectType } from '@nestjs/graphql';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { LocalizedField } from '../platform/graphql/marked-fields.js';
import { Node } from '../platform/graphql/node.js';
import { DateScalar, UrlScalar } from '../platform/graphql/scalars.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import { MemberKind, ParticipationRole } from './action-plan.vocabulary.js';

@ObjectType('Member', {
  implements: () => [Node],
  description: 'The government, national or local, that joined OGP and submits plans.',
})
export class MemberType extends Node {
  @Field(() => String, { description: 'Short name in addresses and commands.' }) key!: string;
  @LocalizedField('Name as OGP lists it.') name!: LocalizedText;
  @Field(() => MemberKind, { description: 'Whether a national or a local government.' }) kind!: MemberKind;
  @Field(() => String, { description: 'ISO 3166-1 code of the country.' }) country!: string;
  @Field(() => UrlScalar, { nullable: true, description: 'The member’s own page.' }) website!: string | null;
}

@ObjectType({ description: 'A long-form question of the plan form with the member’s answer.' })
export class PlanQuestion {
  @Field(() => String, { description: 'Short name of the question within the plan.' }) key!: string;
  @LocalizedField('The question.') question!: LocalizedText;
  @LocalizedField('The member’s answer; null where none is published.', { nullable: true })
  answer!: LocalizedText | null;
}

@ObjectType({
  description: 'How the plan was drawn up, in the figures that the plan itself gives. Null means not published.',
})
export class CoCreation {
  @Field(() => Int, { nullable: true, description: 'Groups that took part.' }) groups!: number | null;
  @Field(() => Int, { nullable: true, description: 'Public meetings held.' }) publicMeetings!: number | null;
  @Field(() => Int, { nullable: true, description: 'Government institutions that took part, as the plan counts them.' })
  governmentInstitutions!: number | null;
  @Field(() => Int, { nullable: true, description: 'Participants from the local community.' }) localParticipants!:
    number | null;
  @Field(() => Int, { nullable: true, description: 'Public meetings promised for every year of the plan.' })
  plannedPublicMeetingsPerYear!: number | null;
  @LocalizedField('What a reader should know about these figures.', { nullable: true }) note!: LocalizedText | null;
}

@ObjectType({ description: 'A document of the member, such as the letter of recommitment.' })
export class PlanDocument {
  @Field(() => String, { description: 'Short name of the document within the plan.' }) key!: string;
  @LocalizedField('Title of the document.') title!: LocalizedText;
  @Field(() => Int, { nullable: true, description: 'Year of the document.' }) year!: number | null;
  @Field(() => UrlScalar, { nullable: true, description: 'Where it can be read.' }) url!: string | null;
}

@ObjectType({ description: 'A non-government endorsement of the plan.' })
export class Endorsement {
  @Field(() => String, { nullable: true, description: 'The endorser’s name, where published.' }) name!: string | null;
  @LocalizedField('Whom the endorser stands for.') affiliation!: LocalizedText;
}

@ObjectType({ description: 'One way in which results are shared.' })
export class DisseminationWay {
  @LocalizedField('The way, in words.') text!: LocalizedText;
}

@ObjectType('ActionPlan', {
  implements: () => [Node],
  description: 'An OGP action plan: what a member promised for a span of time.',
})
export class ActionPlanType extends Node {
  @Field(() => String, { description: 'Short name in addresses and commands, for example `greater-salt-2024-2025`.' })
  key!: string;
  @LocalizedField('Title of the plan.') title!: LocalizedText;
  @Field(() => String, { description: 'BCP 47 code of the plan’s own language.' }) language!: string;
  @Field(() => String, { description: 'IANA time zone that all days of the plan are counted in.' }) timeZone!: string;
  @Field(() => DateScalar, { name: 'submissionDate', nullable: true, description: 'Day of submission to OGP.' })
  submittedOn!: string | null;
  @Field(() => DateScalar, {
    name: 'startDate',
    nullable: true,
    description: 'First day of the plan; often not published.',
  })
  startsOn!: string | null;
  @Field(() => DateScalar, { name: 'endDate', nullable: true, description: 'Last day of the plan.' }) endsOn!:
    string | null;
  @Field(() => DateScalar, {
    name: 'administrationStartDate',
    nullable: true,
    description: 'When the sitting administration took office.',
  })
  administrationStartedOn!: string | null;
  @Field(() => DateScalar, {
    name: 'termEndDate',
    nullable: true,
    description: 'When the term of the sitting administration ends (OGP’s page calls this “Duration”).',
  })
  termEndsOn!: string | null;
  @Field(() => [String], {
    description:
      'Which of the dates above are known only to the month: a start then counts from its first day, an end to its last.',
  })
  datesKnownToMonth!: string[];
  @Field(() => UrlScalar, { nullable: true, description: 'Where the plan is published.' }) website!: string | null;
  @LocalizedField('The foreword.', { nullable: true }) foreword!: LocalizedText | null;
  @Field(() => [PlanQuestion], { description: 'The long-form questions of the plan form, at most 100.' })
  questions!: PlanQuestion[];
  @Field(() => CoCreation, { nullable: true, description: 'How the plan was drawn up.' })
  coCreation!: CoCreation | null;
  @Field(() => [DisseminationWay], { description: 'How results are shared with the public, at most 50.' })
  dissemination!: DisseminationWay[];
  @Field(() => [PlanDocument], { description: 'Documents of the member, at most 200.' }) documents!: PlanDocument[];
  @Field(() => [Endorsement], { description: 'Non-government endorsements, at most 200.' })
  endorsements!: Endorsement[];
  @Field(() => [UrlScalar], { description: 'Where the facts of this record were read, at most 50.' })
  sources!: string[];
  memberId!: string;
}

@ObjectType('PlanParticipation', {
  implements: () => [Node],
  description: 'The part that an institution has in a plan as a whole.',
})
export class PlanParticipationType extends Node {
  @Field(() => ParticipationRole, { description: 'What the institution is in the plan.' }) role!: ParticipationRole;
  @LocalizedField('What a reader should know.', { nullable: true }) note!: LocalizedText | null;
  institutionId!: string;
}

export const ActionPlanConnection = ConnectionOf(ActionPlanType, 'ActionPlan');
export const PlanParticipationConnection = ConnectionOf(PlanParticipationType, 'PlanParticipation');
