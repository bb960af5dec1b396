import { Field, Int, ObjectType } from '@nestjs/graphql';
import { ConnectionOf } from '../platform/graphql/connection.js';
import { enumOf } from '../platform/graphql/enum-of.js';
import { Node } from '../platform/graphql/node.js';
import { DateTimeScalar } from '../platform/graphql/scalars.js';

export const RowDifferenceKind = enumOf('RowDifferenceKind', 'What happened to a row between two publications.', {
  ADDED: 'It was not there before.',
  CHANGED: 'It says something else than before.',
  REMOVED: 'It is not there any more.',
});

@ObjectType({ description: 'A row of a publication that is not as it was in the one before.' })
export class RowDifferenceType {
  @Field(() => String, { description: 'Which table it is in, such as `check-ins`.' }) table!: string;
  @Field(() => [String], { description: 'The values that name the row, such as the number of the commitment.' })
  row!: string[];
  @Field(() => RowDifferenceKind, { description: 'What happened to it.' }) kind!: keyof typeof RowDifferenceKind;
  @Field(() => [String], {
    description: 'Names of the columns that say something else; empty for a row that is new or gone.',
  })
  columns!: string[];
}

@ObjectType({
  description:
    'How a publication differs from the one before: from the version that it corrects, else from the newest publication of an earlier period.',
})
export class PublicationDifference {
  @Field(() => String, {
    nullable: true,
    description: 'Key of the period that it is compared with; null where nothing was published before.',
  })
  period!: string | null;
  @Field(() => Int, { nullable: true, description: 'Version of that period.' }) version!: number | null;
  @Field(() => Int, { description: 'Rows that were not there before.' }) added!: number;
  @Field(() => Int, { description: 'Rows that say something else.' }) changed!: number;
  @Field(() => Int, { description: 'Rows that are not there any more.' }) removed!: number;
  @Field(() => Int, { description: 'Check-ins in it that were handed in late.' }) late!: number;
  @Field(() => [RowDifferenceType], { description: 'The rows themselves; the first 500.' }) rows!: RowDifferenceType[];
}

@ObjectType({ description: 'How far the check-ins of the period had come when it was published.' })
export class PublishedReportsType {
  @Field(() => Int, { description: 'Check-ins that were owed.' }) expected!: number;
  @Field(() => Int, { description: 'Of these, handed in.' }) received!: number;
  @Field(() => Int, { description: 'Of those received, handed in late.' }) late!: number;
  @Field(() => Int, { description: 'Of those received, verified by the MEL officer.' }) verified!: number;
  @Field(() => Int, { description: 'Of those verified, published one by one.' }) published!: number;
  @Field(() => Int, { description: 'Of those received, claims that nobody has verified.' }) onlyClaimed!: number;
}

@ObjectType('Publication', {
  implements: () => [Node],
  description:
    'A reporting period as it was published: content that never changes, under an address that never changes. A correction is a version of its own beside it.',
})
export class PublicationType extends Node {
  @Field(() => Int, { description: '1, and one more with every correction.' }) version!: number;
  @Field(() => Boolean, { description: 'Whether no correction has taken its place.' }) isLatest!: boolean;
  @Field(() => DateTimeScalar, { description: 'When it was published.' }) publishedAt!: Date;
  @Field(() => String, { description: 'By which role.' }) actingAs!: string;
  @Field(() => String, {
    nullable: true,
    description: 'Why the version before was corrected; null where there is none.',
  })
  reason!: string | null;
  @Field(() => String, {
    description:
      'SHA-256 of the content, in hexadecimal digits. The content is canonical JSON (RFC 8785), so the hash is that of the bytes that `url` answers.',
  })
  sha256!: string;
  @Field(() => Int, { description: 'Size of the content in bytes.' }) size!: number;
  @Field(() => PublishedReportsType, { description: 'How far the check-ins of the period had come.' })
  reports!: PublishedReportsType;
  planId!: string;
  periodId!: string;
}

@ObjectType({ description: 'The publication: a new one, or the one that says the same already.' })
export class PeriodPublishPayload {
  @Field(() => PublicationType, { description: 'The publication.' }) publication!: PublicationType;
  @Field(() => Boolean, {
    description: 'Whether it was published just now; false where nothing has changed since it was.',
  })
  isNew!: boolean;
}

export const PublicationConnection = ConnectionOf(PublicationType, 'Publication');
