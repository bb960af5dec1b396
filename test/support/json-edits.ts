import fc from 'fast-check';

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Something that stands in a document under a name, or at a position of a list. */
interface Place {
  readonly name: string;
  readonly value: Json;
  /** Puts something else there; undefined takes away what is there. */
  readonly put: (value: Json | undefined) => void;
}

/** Every place in the document. */
function placesIn(node: Json): Place[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => [
    {
      name,
      value,
      put: (other: Json | undefined) => {
        if (other !== undefined) (node as Record<string, Json>)[name] = other;
        else if (Array.isArray(node)) node.splice(Number(name), 1);
        else delete node[name];
      },
    },
    ...placesIn(value),
  ]);
}

/** The document with some nodes taken away, some exchanged for those of the same name elsewhere, and some for others. */
export const editsOf = (document: string, others: fc.Arbitrary<Json>): fc.Arbitrary<string> =>
  fc
    .array(
      fc.record({
        at: fc.nat(1_000_000),
        edit: fc.oneof(
          fc.constant('REMOVE' as const),
          fc.nat(1_000_000).map((from) => ({ from })),
          others.map((other) => ({ other })),
        ),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((edits) => {
      const file = JSON.parse(document) as Json;
      const places = placesIn(file);
      for (const { at, edit } of edits) {
        const place = places[at % places.length]!;
        const alike = places.filter(({ name }) => name === place.name);
        if (edit === 'REMOVE') place.put(undefined);
        else if ('other' in edit) place.put(edit.other);
        else place.put(structuredClone(alike[edit.from % alike.length]!.value));
      }
      return JSON.stringify(file);
    });
