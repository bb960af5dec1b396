import type { FastifyInstance } from 'fastify';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** A file inside a package, whether or not the package offers it for import. */
export const fileOf = (name: string, path: string): string =>
  join(dirname(require.resolve(`${name}/package.json`)), path);

/** What the scripts of a page are made of: files of packages, and small ones of our own. */
export interface PageFiles {
  readonly ofPackages: Readonly<Record<string, string>>;
  /** In files and not in the page: the page's security policy runs nothing that stands in it. */
  readonly own: Readonly<Record<string, { readonly type: string; readonly content: string }>>;
}

/** A new version is seen within the hour. */
const OWN_CACHE = 'public, max-age=3600';
const PACKAGE_CACHE = 'public, max-age=86400';

/** Serves them from here, so that the page works without the internet. */
export function servePageFiles(http: FastifyInstance, base: string, { ofPackages, own }: PageFiles): void {
  for (const [name, file] of Object.entries(ofPackages))
    http.get(`${base}/${name}`, (_request, reply) =>
      reply.header('cache-control', PACKAGE_CACHE).sendFile(basename(file), dirname(file)),
    );
  for (const [name, { type, content }] of Object.entries(own))
    http.get(`${base}/${name}`, (_request, reply) =>
      reply.type(`${type}; charset=utf-8`).header('cache-control', OWN_CACHE).send(content),
    );
}
