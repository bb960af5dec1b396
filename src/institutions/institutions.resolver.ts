import { ResolveField, Resolver } from '@nestjs/graphql';
import { shortListComplexity } from '../platform/graphql/connection.js';
import { Its, Loader, type LoaderOf } from '../platform/graphql/loaders.js';
import { ContactsOfInstitution } from './institution.loaders.js';
import { ContactType, InstitutionType } from './institution.type.js';

@Resolver(() => InstitutionType)
export class InstitutionsResolver {
  @ResolveField(() => [ContactType], {
    description: 'Its contacts, at most 50. A missing address is normal, and visible here before a reminder is due.',
    complexity: shortListComplexity,
  })
  contacts(
    @Its<InstitutionType>('id') id: string,
    @Loader(ContactsOfInstitution) contacts: LoaderOf<ContactsOfInstitution>,
  ): PromiseLike<ContactType[]> {
    return contacts.load(id);
  }
}
