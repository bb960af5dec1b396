import { ArgsType, Field, ID, InputType } from '@nestjs/graphql';
import { Type } from 'class-transformer';
import { Role } from '../platform/access/viewer.js';
import { PageArgs } from '../platform/graphql/connection.js';
import { EmailAddressScalar } from '../platform/graphql/scalars.js';
import { Id, Inner, Key, LanguageTag, Text } from '../platform/graphql/input-rules.js';

@InputType({ description: 'Whom to give which role.' })
export class PersonInviteInput {
  @Field(() => EmailAddressScalar, { description: 'Where the invitation and links to sign in go.' })
  @Text(254)
  email!: string;
  @Field(() => String, { nullable: true, description: 'Name; at most 200 characters.' })
  @Text(200, { optional: true })
  name?: string | null;
  @Field(() => String, { defaultValue: 'en', description: 'BCP 47 language to write in: ar, en or fr.' })
  @LanguageTag()
  language!: string;
  @Field(() => Role, { description: 'The role.' }) role!: Role;
  @Field(() => String, { nullable: true, description: 'Key of the plan that it holds in.' })
  @Key({ optional: true })
  plan?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Key of the institution that a focal point reports for, or whose groups a coordinator coordinates.',
  })
  @Key({ optional: true })
  institution?: string | null;
}

@InputType({ description: 'Which role to take away.' })
export class RoleRevokeInput {
  @Field(() => ID, { description: '`id` in the `roles` of a person.' }) @Id() role!: string;
}

@InputType({ description: 'Whose data to erase.' })
export class PersonEraseInput {
  @Field(() => ID, { description: 'Id of the person.' }) @Id() person!: string;
}

@InputType({ description: 'Which session to end.' })
export class SessionEndInput {
  @Field(() => ID, { description: 'Id of one of the viewer’s own sessions.' }) @Id() session!: string;
}

@InputType({ description: 'Which sessions to end.' })
export class SessionEndAllInput {
  @Field(() => Boolean, { defaultValue: false, description: 'Whether the session that asks stays.' })
  exceptThis!: boolean;
}

@InputType({ description: 'Which people. Several conditions hold together.' })
export class PeopleFilter {
  @Field(() => String, { nullable: true, description: 'Key of a plan that they hold a role in.' })
  @Key({ optional: true })
  plan?: string | null;
  @Field(() => Role, { nullable: true, description: 'A role that they hold.' }) role?: Role | null;
}

@ArgsType()
export class PeopleArgs extends PageArgs {
  @Field(() => PeopleFilter, { nullable: true, description: 'Which people; all when left out.' })
  @Inner({ optional: true })
  @Type(() => PeopleFilter)
  filter?: PeopleFilter | null;
}
