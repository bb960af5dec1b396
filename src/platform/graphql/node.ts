import { Field, ID, InterfaceType } from '@nestjs/graphql';

@InterfaceType({
  description: 'Anything that `node(id)` can fetch again.',
  resolveType: (row: { __typename?: string }) => row.__typename,
})
export abstract class Node {
  @Field(() => ID, { description: 'Opaque, unique across all types, never changes.' })
  id!: string;
}
