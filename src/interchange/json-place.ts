/** One step of a JSON path: `.title`, `[2]` or `["odd name"]`. */
const step = (name: string | number): string =>
  typeof name === 'number' ? `[${name}]` : /^[\w$-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;

/** A place in a JSON document of any shape, and its path. Where there is nothing of the kind asked for, it is empty. */
export class JsonPlace {
  constructor(
    readonly value: unknown,
    readonly path = '$',
  ) {}

  at(name: string): JsonPlace {
    const { value } = this;
    const there = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    return new JsonPlace(there ? (value as Record<string, unknown>)[name] : undefined, this.path + step(name));
  }

  get items(): JsonPlace[] {
    return Array.isArray(this.value) ? this.value.map((item, at) => new JsonPlace(item, this.path + step(at))) : [];
  }

  get text(): string | undefined {
    return typeof this.value === 'string' ? this.value : undefined;
  }

  get number(): number | undefined {
    return typeof this.value === 'number' ? this.value : undefined;
  }
}

/** `/commitments/2/title` as `$.commitments[2].title`. */
export const jsonPath = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => path + step(/^\d+$/.test(part) ? Number(part) : part), '$');
