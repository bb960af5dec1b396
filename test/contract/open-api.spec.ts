import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { CheckInsService } from '../../src/check-ins/check-ins.service.js';
import { TestApp } from '../support/app.js';
import { handIn } from '../support/filing.js';
import { greaterSalt } from '../support/given.js';

const FILE = 'src/openapi.json';
const SALT = 'greater-salt-2024-2025';

interface Described {
  readonly description?: string;
}
interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: object; readonly example?: unknown }>>;
}
interface Operation extends Described {
  readonly operationId: string;
  readonly requestBody?: Content;
  readonly parameters: readonly object[];
  readonly responses: Readonly<Record<string, Content & { readonly $ref?: string }>>;
}
interface Schema extends Described {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}
interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, Content>>;
  };
}

describe('the OpenAPI document', () => {
  let app: TestApp;
  let document: OpenApi;
  let operations: Array<readonly [string, string, Operation]>;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-07-05T08:00+03:00' });
    await app.import(greaterSalt());
    await app.app.get(CheckInsService).expect();
    document = (await (await fetch(`${app.url}/api/v1/openapi.json`)).json()) as OpenApi;
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [method, path, operation] as const),
    );
  });
  afterAll(() => app.close());

  it('is the committed one; a change is written with UPDATE=1 and reviewed as a diff', async () => {
    const options = { ...(await resolveConfig(FILE)), filepath: FILE };
    const printed = await format(JSON.stringify(document), options);
    if (process.env['UPDATE']) writeFileSync(FILE, printed);
    expect(printed).toBe(readFileSync(FILE, 'utf8'));
  });

  it('passes a linter that nobody here wrote, which would say what is wrong', async () => {
    expect(await lint(document)).toEqual([]);
    expect(await lint({ ...document, paths: { '/x': { get: {} } } })).not.toEqual([]);
  });

  it('has every address that is served, and none that is not', () => {
    const documented = operations.map(([method, path]) => `${method} /api/v1${path.replace(/\{(\w+)\}/g, ':$1')}`);
    expect(documented.sort()).toEqual(servedUnder('/api/v1', app).sort());
  });

  it('describes every operation, schema and field, and gives an example of every answer', () => {
    const undescribed = Object.entries(document.components.schemas).flatMap(([name, schema]) => [
      ...(schema.description ? [] : [name]),
      ...Object.entries(schema.properties ?? {}).flatMap(([field, { description }]) =>
        description ? [] : [`${name}.${field}`],
      ),
    ]);
    expect(undescribed).toEqual([]);
    const without = operations
      .filter(([, path]) => path !== '/openapi.json')
      .filter(([, , { responses }]) =>
        Object.values(responses['200']?.content ?? {}).every(({ example }) => example === undefined),
      )
      .map(([, , { operationId }]) => operationId);
    expect(without).toEqual([]);
  });

  it('gives examples, and describes answers of the service, as its own schemas have it', async () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    (addFormats as unknown as (instance: Ajv2020) => void)(ajv);
    ajv.addFormat('int32', true);
    ajv.addSchema({ ...document, $id: 'openapi.json' });
    const check = (at: string, pointer: string, value: unknown) => {
      const validate = ajv.compile({ $ref: `openapi.json#${pointer}` });
      expect([at, validate(value) ? [] : validate.errors]).toEqual([at, []]);
    };
    const escaped = (path: string) => encodeURIComponent(path.replaceAll('~', '~0').replaceAll('/', '~1'));
    await handIn(app, 'mayor');
    for (const [method, path, { operationId, responses, requestBody }] of operations) {
      const place = `/paths/${escaped(path)}/${method}`;
      const answer = responses['200']?.content?.['application/json'];
      const schema = `${place}/responses/200/content/application~1json/schema`;
      if (answer?.example) check(`example of ${operationId}`, schema, answer.example);
      const body = requestBody?.content?.['application/json'];
      if (body) check(`body of ${operationId}`, `${place}/requestBody/content/application~1json/schema`, body.example);
      if (method !== 'get' || !answer || path.includes('{period}')) continue;
      const address = path.replace('{plan}', SALT).replace('{number}', '1');
      const served = await fetch(`${app.url}/api/v1${address}`);
      expect([address, served.status]).toEqual([address, 200]);
      check(address, schema, await served.json());
    }
    for (const [name, { content }] of Object.entries(document.components.responses))
      check(name, '/components/schemas/Problem', content?.['application/problem+json']?.example);
  });
});

async function lint(document: object): Promise<object[]> {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: JSON.stringify(document), absoluteRef: 'openapi.json', config });
  return problems.map(({ severity, ruleId, message, location }) => ({
    severity,
    ruleId,
    message,
    at: location[0]?.pointer,
  }));
}

/** Addresses of all controllers, as `get /api/v1/plans/:plan`. */
function servedUnder(base: string, { app }: TestApp): string[] {
  return [...app.get(ModulesContainer).values()]
    .flatMap(({ controllers }) => [...controllers.values()])
    .flatMap(({ metatype }) => {
      const prototype = (metatype as Type).prototype as Record<string, object>;
      return Object.getOwnPropertyNames(prototype).flatMap((name) => {
        const handler = name === 'constructor' ? undefined : prototype[name];
        const method = handler && (Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined);
        if (!handler || method === undefined) return [];
        const place = String(Reflect.getMetadata(PATH_METADATA, metatype as Type));
        const own = [Reflect.getMetadata(PATH_METADATA, handler) as string | string[]].flat();
        return own
          .map((path) => `/${place}/${path}`.replace(/\/+/g, '/').replace(/\/$/, ''))
          .filter((path) => path.startsWith(base))
          .map((path) => `${RequestMethod[method].toLowerCase()} ${path}`);
      });
    });
}
