import { Field, ObjectType } from '@nestjs/graphql';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { LocalizedField } from '../platform/graphql/marked-fields.js';
import { Node } from '../platform/graphql/node.js';
import { DateTimeScalar, UrlScalar } from '../platform/graphql/scalars.js';
import type { LocalizedText } from '../platform/i18n/text.js';
import { ContactRole, InstitutionKind } from './institution.vocabulary.js';

@ObjectType('Institution', {
  implements: () => [Node],
  description: 'Any body named in a plan: an agency, a municipal unit, an organisation, a newspaper.',
})
export class InstitutionType extends Node {
  @Field(() => String, { description: 'Short name in addresses and commands; unique within its member.' }) key!: string;
  @LocalizedField('Name of the institution.') name!: LocalizedText;
  @Field(() => InstitutionKind, { description: 'What sort of body it is.' }) kind!: InstitutionKind;
  @Field(() => UrlScalar, { nullable: true, description: 'Its own site.' }) website!: string | null;
  memberId!: string;
}

@ObjectType('Contact', {
  implements: () => [Node],
  description: 'A person at an institution. Name and address are shown only to those who run a plan of its member.',
})
export class ContactType extends Node {
  @Field(() => ContactRole, { description: 'What the person does for the institution.' }) role!: ContactRole;
  @Field(() => String, { description: 'BCP 47 language that the person is written to in.' }) language!: string;
  @Field(() => Boolean, { description: 'Whether there is an address that a reminder can go to.' }) hasAddress!: boolean;
  @Field(() => Boolean, {
    description:
      'Whether a reminder reaches the person: there is an address, and no mail to it was refused or came back.',
  })
  isDeliverable!: boolean;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'Since when mail does not reach the address, or its reader complained; null where it does, or where that is not yours to see. It lasts until `undeliverableAddressClear`.',
  })
  undeliverableSince!: Date | null;
  @Field(() => String, {
    nullable: true,
    description:
      'What the mail server said of the address; null where mail reaches it, or where that is not yours to see.',
  })
  undeliverableReason!: string | null;
  @Field(() => String, { nullable: true, description: 'Name; null where it is unknown or not yours to see.' }) name!:
    string | null;
  @Field(() => String, { nullable: true, description: 'Address; null where it is unknown or not yours to see.' })
  email!: string | null;
}

export const InstitutionConnection = ConnectionOf(InstitutionType, 'Institution');
