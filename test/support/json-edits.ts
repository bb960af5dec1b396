export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** For every place in the document a function that puts something else there, or takes away what is there. */
export function placesIn(node: Json): Array<(value: Json | undefined) => void> {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, inner]) => [
    (value: Json | undefined) => {
      if (value !== undefined) (node as Record<string, Json>)[name] = value;
      else if (Array.isArray(node)) node.splice(Number(name), 1);
      else delete node[name];
    },
    ...placesIn(inner),
  ]);
}
