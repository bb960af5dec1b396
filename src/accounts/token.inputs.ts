import { ArgsType, Field, ID, InputType, Int } from '@nestjs/graphql';
import { Role, Scope } from '../platform/access/viewer.js';
import { PageArgs } from '../platform/graphql/connection.js';
import { Id, Key, Text, WholeNumber } from '../platform/graphql/input-rules.js';

@InputType({ description: 'What a token is for.' })
export class TokenCreateInput {
  @Field(() => String, { description: 'What it is called, in records too; at most 100 characters. Name no person.' })
  @Text(100)
  name!: string;
  @Field(() => Role, { description: 'The role that it acts in.' }) role!: Role;
  @Field(() => String, { nullable: true, description: 'Key of the plan that the role holds in.' })
  @Key({ optional: true })
  plan?: string | null;
  @Field(() => String, {
    nullable: true,
    description: 'Key of the institution that a focal point reports for, or whose groups a coordinator coordinates.',
  })
  @Key({ optional: true })
  institution?: string | null;
  @Field(() => [Scope], {
    nullable: true,
    description: 'What it may be used for; all that its role can use when left out.',
  })
  scopes?: Scope[] | null;
  @Field(() => Int, { defaultValue: 90, description: 'How many days it is good for, 1 to 3650.' })
  @WholeNumber(1, 3650)
  days!: number;
}

@InputType({ description: 'Which token is to be good no more.' })
export class TokenRevokeInput {
  @Field(() => ID, { description: 'Id of the token.' }) @Id() token!: string;
}

@ArgsType()
export class TokensArgs extends PageArgs {
  @Field(() => String, { nullable: true, description: 'Key of a plan: only tokens of that plan.' })
  @Key({ optional: true })
  plan?: string | null;
}
