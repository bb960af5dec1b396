import { Field, ObjectType } from '@nestjs/graphql';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { LocalizedField } from '../platform/graphql/marked-fields.js';
import { Node } from '../platform/graphql/node.js';
import type { LocalizedText } from '../platform/i18n/text.js';

@ObjectType('WorkingGroup', {
  implements: () => [Node],
  description:
    'Institutions that meet every quarter over a commitment: they plan activities, share out responsibilities and review progress.',
})
export class WorkingGroupType extends Node {
  @Field(() => String, { description: 'Short name within the plan.' }) key!: string;
  @LocalizedField('Name of the group.') name!: LocalizedText;
  @LocalizedField('What a reader should know.', { nullable: true }) note!: LocalizedText | null;
  planId!: string;
  coordinatorInstitutionId!: string | null;
}

export const WorkingGroupConnection = ConnectionOf(WorkingGroupType, 'WorkingGroup');
