import { Field, ObjectType } from '@nestjs/graphql';
import { Role, Scope } from '../platform/access/viewer.js';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { Node } from '../platform/graphql/node.js';
import { DateTimeScalar } from '../platform/graphql/scalars.js';

@ObjectType('Token', {
  implements: () => [Node],
  description: 'What a program signs in with. Its secret was shown once and is stored nowhere.',
})
export class TokenType extends Node {
  @Field(() => String, { description: 'What it is called, in records too.' }) name!: string;
  @Field(() => Role, { description: 'The role that it acts in.' }) role!: Role;
  @Field(() => [Scope], { description: 'What it may be used for, at most.' }) scopes!: Scope[];
  @Field(() => DateTimeScalar, { description: 'When it was given out.' }) createdAt!: Date;
  @Field(() => DateTimeScalar, { description: 'From then on it is refused.' }) expiresAt!: Date;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was revoked; null when it was not.' })
  revokedAt!: Date | null;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last used, to the minute.' })
  lastUsedAt!: Date | null;
  planId!: string | null;
  institutionId!: string | null;
}

export const TokenConnection = ConnectionOf(TokenType, 'Token');

@ObjectType({ description: 'The new token.' })
export class TokenCreatePayload {
  @Field(() => String, {
    description: 'Its secret, for the header `Authorization: Bearer …`. It is not shown again.',
  })
  secret!: string;
  @Field(() => TokenType, { description: 'The token.' }) token!: TokenType;
}

@ObjectType({ description: 'The token that is good no more.' })
export class TokenRevokePayload {
  @Field(() => TokenType, { description: 'The token.' }) token!: TokenType;
}
