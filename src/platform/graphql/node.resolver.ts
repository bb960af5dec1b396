import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import type { Viewer } from '../access/viewer.js';
import { isId } from './id.js';
import { CurrentViewer } from './loaders.js';
import { Node } from './node.js';
import { NodeRegistry } from './node-registry.js';

@Resolver(() => Node)
export class NodeResolver {
  constructor(private readonly nodes: NodeRegistry) {}

  @Query(() => Node, {
    nullable: true,
    description: 'Anything by its id; null when there is no such thing or you may not see it.',
  })
  node(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID, description: 'The `id` of anything.' }) id: string,
  ): Promise<object | null> {
    return isId(id) ? this.nodes.find(id, viewer) : Promise.resolve(null);
  }
}
