import type { TestApp } from './app.js';
import { gridOfCsv, type Grid } from './spreadsheet.js';

export interface Violation {
  readonly field: string;
  readonly sheet?: string;
  readonly row?: number;
  readonly column?: string;
  readonly message: string;
}
export interface ImportAnswer {
  readonly status: number;
  readonly body: {
    readonly changeCount: number;
    readonly changes: ReadonlyArray<{ path: string; before: string | null; after: string | null }>;
    readonly notes: readonly Violation[];
    readonly violations?: readonly Violation[];
    readonly code?: string;
    readonly title?: string;
  };
}

/** Downloads the files of a plan and sends them back, as its administrator does. */
export class EditedFiles {
  constructor(
    private readonly app: TestApp,
    private readonly plan: string,
    private readonly admin: Record<string, string>,
  ) {}

  async csv(query: string): Promise<string> {
    return (await this.download(`progress.csv?${query}`)).text();
  }

  async xlsx(query = ''): Promise<Buffer> {
    return Buffer.from(await (await this.download(`progress.xlsx?${query}`)).arrayBuffer());
  }

  async grid(table: string, query = ''): Promise<Grid> {
    return gridOfCsv(await this.csv(`table=${table}&${query}`));
  }

  /** A file without a name is called after what it is. */
  async send(
    content: string | Buffer,
    query = '',
    name?: string,
    headers: Record<string, string> = this.admin,
    to = this.plan,
  ): Promise<ImportAnswer> {
    const form = new FormData();
    const ending = typeof content === 'string' || content[0] !== 0x50 ? 'csv' : 'xlsx';
    form.set('file', new Blob([content]), name ?? `edited.${ending}`);
    const response = await fetch(`${this.app.url}/api/v1/plans/${to}/import?${query}`, {
      method: 'POST',
      headers,
      body: form,
    });
    return { status: response.status, body: (await response.json()) as ImportAnswer['body'] };
  }

  private download(file: string): Promise<Response> {
    return fetch(`${this.app.url}/api/v1/plans/${this.plan}/${file}`);
  }
}

export const paths = ({ body }: ImportAnswer) => body.changes?.map(({ path }) => path) ?? body;
export const violations = ({ body }: ImportAnswer) =>
  (body.violations ?? []).map(({ field, column, message }) => [field, column, message] as const);
