import { Field, ObjectType } from '@nestjs/graphql';
import { DateTimeScalar } from '../platform/graphql/scalars.js';
import { CheckInType } from './check-in.type.js';

@ObjectType('EvidenceCheck', { description: 'What came of looking whether a link still leads somewhere.' })
export class EvidenceCheckType {
  @Field(() => DateTimeScalar, { description: 'When it was looked at.' }) checkedAt!: Date;
  @Field(() => Boolean, { description: 'Whether anything answered that was not an error.' }) reachable!: boolean;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Since when every look has failed; null when the last one did not.',
  })
  failingSince!: Date | null;
}

@ObjectType({ description: 'The check-in without the file.' })
export class EvidenceFileRemovePayload {
  @Field(() => CheckInType, { description: 'The check-in.' }) checkIn!: CheckInType;
}
