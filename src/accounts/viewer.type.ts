import { Field, ObjectType } from '@nestjs/graphql';
import { ActionPlanType } from '../action-plans/action-plan.type.js';
import { InstitutionType } from '../institutions/institution.type.js';
import { Role, Scope } from '../platform/access/viewer.js';

@ObjectType({ description: 'A role that the viewer holds.' })
export class ViewerRole {
  @Field(() => Role, { description: 'The role.' }) role!: Role;
  @Field(() => ActionPlanType, { nullable: true, description: 'The plan it holds in; null: in every plan.' })
  plan!: ActionPlanType | null;
  @Field(() => InstitutionType, {
    nullable: true,
    description: 'The institution that a focal point reports for, or whose groups a coordinator coordinates.',
  })
  institution!: InstitutionType | null;
}

@ObjectType({ description: 'Who asks.' })
export class ViewerInfo {
  @Field(() => String, {
    description: '`public`, or what records call the viewer: the name of a token, the id of a person.',
  })
  name!: string;
  @Field(() => [ViewerRole], { description: 'The roles held; none for the public.' }) roles!: ViewerRole[];
  @Field(() => [Scope], { description: 'What may be used of these roles: all of it by people, less by some tokens.' })
  scopes!: readonly Scope[];
}
