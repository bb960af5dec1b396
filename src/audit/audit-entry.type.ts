import { Field, Int, ObjectType } from '@nestjs/graphql';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { Node } from '../platform/graphql/node.js';
import { DateTimeScalar } from '../platform/graphql/scalars.js';

@ObjectType('AuditEntry', {
  implements: () => [Node],
  description:
    'One change: who, acting as what, when, to what. Entries are chained by hash, never changed and never removed. The public sees changes to what is public, without names and contents.',
})
export class AuditEntryType extends Node {
  @Field(() => Int, { description: 'Counts from 1 without a gap, over all plans.' }) number!: number;
  @Field(() => DateTimeScalar, { description: 'When.' }) at!: Date;
  @Field(() => String, {
    nullable: true,
    description: 'Who: `person:<id>`, `token:<name>` or `system:<part>`. Only for those who may read the audit.',
  })
  actor!: string | null;
  @Field(() => String, { description: 'The role that allowed it, such as `MEL_OFFICER`; `SYSTEM` for the service.' })
  actingAs!: string;
  @Field(() => String, { description: 'What was done, object first, such as `checkIn.submitted`.' }) action!: string;
  @Field(() => String, { description: 'What it was done to: the type.' }) subjectType!: string;
  @Field(() => String, { description: 'What it was done to: the id, which `node(id)` may know.' }) subjectId!: string;
  @Field(() => String, {
    nullable: true,
    description:
      'What it was before, what it is since, and the reason, as JSON. Only for those who may read the audit; null as well where it was erased for a person’s sake.',
  })
  difference!: string | null;
  @Field(() => String, { description: 'SHA-256 of this entry and, through it, of all before; hexadecimal.' })
  hash!: string;
  planId!: string | null;
}

export const AuditEntryConnection = ConnectionOf(AuditEntryType, 'AuditEntry');
