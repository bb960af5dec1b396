import { Args, Field, Int, ObjectType, Parent, Query, registerEnumType, ResolveField, Resolver } from '@nestjs/graphql';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import {
  ActionPlan,
  CheckIn,
  Commitment,
  CommitmentInstitution,
  Institution,
  Milestone,
  type Words,
} from './entities.js';

export enum CheckInOrder {
  PERIOD_DESC = 'PERIOD_DESC',
}
registerEnumType(CheckInOrder, { name: 'CheckInOrder' });

@ObjectType()
class Commitments {
  @Field(() => [Commitment])
  nodes!: Commitment[];
}

@ObjectType()
class Milestones {
  @Field(() => [Milestone])
  nodes!: Milestone[];
}

@ObjectType()
class CheckIns {
  @Field(() => [CheckIn])
  nodes!: CheckIn[];
}

const spoken = (words: Words): string | null => words?.['ar']?.text ?? null;

@Resolver(() => ActionPlan)
export class ActionPlansResolver {
  constructor(
    @InjectRepository(ActionPlan) private readonly plans: Repository<ActionPlan>,
    @InjectRepository(Commitment) private readonly commitments: Repository<Commitment>,
  ) {}

  @Query(() => ActionPlan, { nullable: true })
  actionPlan(@Args('key') key: string): Promise<ActionPlan | null> {
    return this.plans.findOneBy({ key });
  }

  @ResolveField(() => String, { nullable: true })
  title(@Parent() plan: ActionPlan): string | null {
    return spoken(plan.title);
  }

  @ResolveField('commitments', () => Commitments)
  async commitmentsOf(
    @Parent() plan: ActionPlan,
    @Args('first', { type: () => Int }) first: number,
  ): Promise<Commitments> {
    return {
      nodes: await this.commitments.find({ where: { plan: { id: plan.id } }, order: { number: 'ASC' }, take: first }),
    };
  }
}

@Resolver(() => Commitment)
export class CommitmentsResolver {
  constructor(
    @InjectRepository(Commitment) private readonly commitments: Repository<Commitment>,
    @InjectRepository(CommitmentInstitution) private readonly institutions: Repository<CommitmentInstitution>,
    @InjectRepository(Milestone) private readonly milestones: Repository<Milestone>,
    @InjectRepository(CheckIn) private readonly checkIns: Repository<CheckIn>,
  ) {}

  @Query(() => Commitment, { nullable: true })
  commitment(
    @Args('plan') key: string,
    @Args('number', { type: () => Int }) number: number,
  ): Promise<Commitment | null> {
    return this.commitments.findOne({ where: { plan: { key }, number } });
  }

  @Query(() => Commitments, { name: 'commitments' })
  async page(@Args('plan') key: string, @Args('first', { type: () => Int }) first: number): Promise<Commitments> {
    return { nodes: await this.commitments.find({ where: { plan: { key } }, order: { number: 'ASC' }, take: first }) };
  }

  @ResolveField(() => String, { nullable: true })
  title(@Parent() commitment: Commitment): string | null {
    return spoken(commitment.title);
  }

  @ResolveField(() => String, { nullable: true })
  problem(@Parent() commitment: Commitment): string | null {
    return spoken(commitment.problem);
  }

  @ResolveField(() => String, { nullable: true })
  action(@Parent() commitment: Commitment): string | null {
    return spoken(commitment.action);
  }

  @ResolveField(() => Institution, { nullable: true })
  async leadInstitution(@Parent() commitment: Commitment): Promise<Institution | null> {
    const lead = await this.institutions.findOne({
      where: { commitmentId: commitment.id, role: 'LEAD' },
      relations: { institution: true },
      order: { position: 'ASC' },
    });
    return lead?.institution ?? null;
  }

  @ResolveField(() => CheckIn, { nullable: true })
  latestCheckIn(@Parent() commitment: Commitment): Promise<CheckIn | null> {
    return this.checkIns.findOne({
      where: { commitmentId: commitment.id, status: In(['SUBMITTED', 'VERIFIED', 'PUBLISHED']) },
      relations: { period: true },
      order: { period: { startsOn: 'DESC' }, submittedAt: 'DESC' },
    });
  }

  @ResolveField('milestones', () => Milestones)
  async milestonesOf(
    @Parent() commitment: Commitment,
    @Args('first', { type: () => Int }) first: number,
  ): Promise<Milestones> {
    return {
      nodes: await this.milestones.find({
        where: { commitmentId: commitment.id },
        order: { number: 'ASC' },
        take: first,
      }),
    };
  }

  @ResolveField('checkIns', () => CheckIns)
  async checkInsOf(
    @Parent() commitment: Commitment,
    @Args('first', { type: () => Int }) first: number,
    @Args('orderBy', { type: () => CheckInOrder }) _order: CheckInOrder,
  ): Promise<CheckIns> {
    return {
      nodes: await this.checkIns.find({
        where: { commitmentId: commitment.id },
        relations: { period: true },
        order: { period: { startsOn: 'DESC' }, id: 'DESC' },
        take: first,
      }),
    };
  }
}

@Resolver(() => Institution)
export class InstitutionsResolver {
  @ResolveField(() => String, { nullable: true })
  name(@Parent() institution: Institution): string | null {
    return spoken(institution.name);
  }
}

@Resolver(() => Milestone)
export class MilestonesResolver {
  constructor(@InjectRepository(Institution) private readonly institutions: Repository<Institution>) {}

  @ResolveField(() => String, { nullable: true })
  title(@Parent() milestone: Milestone): string | null {
    return spoken(milestone.title);
  }

  @ResolveField(() => Institution, { nullable: true })
  responsibleInstitution(@Parent() { responsibleInstitutionId: id }: Milestone): Promise<Institution | null> | null {
    return id ? this.institutions.findOneBy({ id }) : null;
  }
}
