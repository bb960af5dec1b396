import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import ts from 'typescript';
import { CheckInsService } from '../../src/check-ins/check-ins.service.js';
import { TestApp } from '../support/app.js';
import { here, pageExamples } from '../support/page-examples.js';
import { given } from '../support/given.js';

interface RestProgram {
  readonly report: (url: string, token: string) => Promise<object>;
}
interface GraphQLProgram {
  readonly whoReported: (url: string, plan: string, asOf?: string) => Promise<object>;
}

const STRICT: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  skipLibCheck: true,
  types: ['node'],
};

describe('a TypeScript client generated from what is served', () => {
  let app: TestApp;
  let folder: string;
  beforeAll(async () => {
    app = await TestApp.start({ now: '2024-04-05T08:00+03:00' });
    await app.import(given.plan());
    await app.app.get(CheckInsService).expect();
    // Inside the project, where the packages that it imports are found.
    folder = mkdtempSync(join('test', 'generated-client-'));
    const document = (await (await fetch(`${app.url}/api/v1/openapi.json`)).json()) as OpenAPI3;
    writeFileSync(join(folder, 'mithaq-api.ts'), astToString(await openapiTS(document)));
    copyFileSync('docs/client.ts', join(folder, 'program.ts'));
    const { data } = await app.gql<object>(getIntrospectionQuery());
    writeFileSync(join(folder, 'mithaq-graphql.ts'), `export type introspection = ${JSON.stringify(data)};\n`);
    copyFileSync('docs/graphql-client.ts', join(folder, 'graphql-program.ts'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await app.close();
  });

  it('type-checks a program, and tells it what does not exist', () => {
    expect(troubleIn(join(folder, 'program.ts'))).toEqual([]);
    const wrong = join(folder, 'wrong.ts');
    writeFileSync(
      wrong,
      `import type { components } from './mithaq-api.js';\nexport const x: components['schemas']['CheckInStatus'] = 'LOST';\n`,
    );
    expect(troubleIn(wrong)).toEqual([expect.stringContaining('"LOST"')]);
  });

  it('runs that program against the service', async () => {
    const { report } = await run<RestProgram>('program');
    const { authorization } = await app.as('FOCAL_POINT', 'testville-2024', 'works');
    expect(await report(app.url, authorization?.replace('Bearer ', '') ?? '')).toEqual({
      titles: ['Commitment 2', 'Commitment 1'],
      overdue: 0,
      draftStatus: 'DRAFT',
      refusedFields: ['report.obstacles'],
    });
  });

  it('is what the page for builders says: its command makes the types, and its program compiles and runs', async () => {
    const examples = await pageExamples(app, 'en');
    const command = examples.find(({ text }) => text.startsWith('npx openapi-typescript'))?.text ?? '';
    const [, address = '', file = ''] =
      /^npx openapi-typescript '([^']+)' -o (\S+)\nnpm install openapi-fetch$/.exec(command) ?? [];
    const document = (await (await fetch(here(app, address))).json()) as OpenAPI3;
    writeFileSync(join(folder, file), astToString(await openapiTS(document)));
    const program = here(app, examples.find(({ kind }) => kind === 'typescript')?.text ?? '');
    writeFileSync(join(folder, 'of-page.ts'), program);
    expect(troubleIn(join(folder, 'of-page.ts'))).toEqual([]);
    const compiled = ts.transpileModule(program, { compilerOptions: { ...STRICT, module: ts.ModuleKind.ESNext } });
    writeFileSync(join(folder, 'of-page.js'), compiled.outputText);
    const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      await import(join(process.cwd(), folder, 'of-page.js'));
      expect(said.mock.calls).toEqual([
        [1, 'Commitment 1', 0],
        [2, 'Commitment 2', 0],
      ]);
    } finally {
      said.mockRestore();
    }
  });
  it('of GraphQL does the same, with types that TypeScript infers from the questions', async () => {
    expect(troubleIn(join(folder, 'graphql-program.ts'))).toEqual([]);
    const wrong = join(folder, 'graphql-wrong.ts');
    const program = readFileSync('docs/graphql-client.ts', 'utf8');
    writeFileSync(
      wrong,
      program.replace('title,\n    rows', 'title: reportingRates.nodes[0]!.rate.received,\n    rows'),
    );
    expect(troubleIn(wrong)).toEqual([expect.stringContaining("'number' is not assignable to type 'string'")]);
    const { whoReported } = await run<GraphQLProgram>('graphql-program');
    const nothing = { received: 0, overdue: 0, longestOverdueDays: null };
    const found = {
      title: 'Plan of Testville',
      rows: [
        ['parks', '2024-Q1', { expected: 1, ...nothing }],
        ['works', '2024-Q1', { expected: 2, ...nothing }],
      ],
    };
    expect(await whoReported(app.url, 'testville-2024')).toEqual(found);
    expect(await whoReported(app.url, 'testville-2024', app.clock.now().toISOString())).toEqual(found);
    await expect(whoReported(app.url, 'testville-2024', '2031-01-01T00:00:00Z')).rejects.toThrow('future');
  });

  /** Strips the types and runs what is left. */
  async function run<Program>(name: string): Promise<Program> {
    const program = join(folder, `${name}.js`);
    const source = readFileSync(join(folder, `${name}.ts`), 'utf8');
    const options = { compilerOptions: { ...STRICT, module: ts.ModuleKind.ESNext } };
    writeFileSync(program, ts.transpileModule(source, options).outputText);
    return (await import(join(process.cwd(), program))) as Program;
  }
});

/** Reads what comes with the packages once for all programs. */
const host = ts.createCompilerHost(STRICT);
const getSourceFile = host.getSourceFile.bind(host);
const read = new Map<string, ts.SourceFile | undefined>();
host.getSourceFile = (name, ...rest) => {
  if (!name.includes('node_modules')) return getSourceFile(name, ...rest);
  if (!read.has(name)) read.set(name, getSourceFile(name, ...rest));
  return read.get(name);
};

function troubleIn(file: string): string[] {
  const program = ts.createProgram([file], { ...STRICT, noEmit: true }, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
