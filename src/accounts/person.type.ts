import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { ContactType } from '../institutions/institution.type.js';
import { Role } from '../platform/access/viewer.js';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { Node } from '../platform/graphql/node.js';
import { DateTimeScalar } from '../platform/graphql/scalars.js';

@ObjectType('Person', {
  implements: () => [Node],
  description: 'Somebody who may sign in. Only administrators see people, and everybody themselves.',
})
export class PersonType extends Node {
  @Field(() => String, { nullable: true, description: 'Where links to sign in go; null once erased.' })
  email!: string | null;
  @Field(() => String, { nullable: true, description: 'Name; null where it is unknown, or erased.' })
  name!: string | null;
  @Field(() => String, { description: 'BCP 47 language that the person is written to in.' }) language!: string;
  @Field(() => DateTimeScalar, { description: 'When the person was first invited.' }) createdAt!: Date;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When their data were erased.' }) erasedAt!: Date | null;
}

export const PersonConnection = ConnectionOf(PersonType, 'Person');

@ObjectType('RoleGrant', { description: 'That a person holds a role, or held it.' })
export class RoleGrantType {
  @Field(() => ID, { description: 'What `roleRevoke` takes.' }) id!: string;
  @Field(() => Role, { description: 'The role.' }) role!: Role;
  @Field(() => DateTimeScalar, { description: 'Since when.' }) grantedAt!: Date;
  @Field(() => String, { description: 'Who gave it, as in the audit log.' }) grantedBy!: string;
  @Field(() => DateTimeScalar, { nullable: true, description: 'Until when; null while it is held.' })
  revokedAt!: Date | null;
  planId!: string | null;
  institutionId!: string | null;
}

@ObjectType('Session', { description: 'A browser that the viewer is signed in with.' })
export class SessionType {
  @Field(() => ID, { description: 'What `sessionEnd` takes.' }) id!: string;
  @Field(() => String, { description: 'Browser and system, as far as they were known: `Firefox, Linux`.' })
  browser!: string;
  @Field(() => DateTimeScalar, { description: 'When it was signed in.' }) createdAt!: Date;
  @Field(() => DateTimeScalar, { description: 'When it was last used, to the minute.' }) lastSeenAt!: Date;
  @Field(() => DateTimeScalar, { description: 'When it ends at the latest.' }) expiresAt!: Date;
  @Field(() => Boolean, { description: 'Whether it is the one that asks.' }) isThis!: boolean;
}

@ObjectType({ description: 'The person, with the new role.' })
export class PersonInvitePayload {
  @Field(() => PersonType, { description: 'The person.' }) person!: PersonType;
}

@ObjectType({ description: 'The person, without the role.' })
export class RoleRevokePayload {
  @Field(() => PersonType, { description: 'The person.' }) person!: PersonType;
}

@ObjectType({ description: 'What is left of the person.' })
export class PersonErasePayload {
  @Field(() => PersonType, { description: 'The person, without address and name.' }) person!: PersonType;
  @Field(() => [ContactType], {
    description:
      'Contacts of institutions that have the same address; at most 50. They come from plan files and were left as they are: take them out of the file if they are to go too.',
  })
  contactsLeft!: ContactType[];
}

@ObjectType({ description: 'The sessions that are left.' })
export class SessionEndPayload {
  @Field(() => [SessionType], { description: 'Browsers that the viewer is still signed in with; at most 100.' })
  sessions!: SessionType[];
}

@ObjectType({ description: 'What was ended.' })
export class SessionEndAllPayload {
  @Field(() => Int, { description: 'How many sessions were ended.' }) ended!: number;
}
