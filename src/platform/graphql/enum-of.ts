import { registerEnumType } from '@nestjs/graphql';

/** A closed vocabulary: its values with what each means to a reader, registered as a GraphQL enum. */
export function enumOf<const V extends Record<string, string>>(
  name: string,
  description: string,
  values: V,
): { readonly [K in keyof V]: K } {
  const registered: Record<string, string> = Object.fromEntries(Object.keys(values).map((value) => [value, value]));
  const valuesMap = Object.fromEntries(
    Object.entries(values).map(([value, meaning]) => [value, { description: meaning }]),
  );
  registerEnumType(registered, { name, description, valuesMap });
  return registered as { [K in keyof V]: K };
}
