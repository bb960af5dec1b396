import type { TestApp } from './app.js';

export interface PageExample {
  readonly kind: string;
  readonly text: string;
}

const CHARACTERS = /&#(\d+);/g;

/** The examples of the page for builders, as somebody copies them from it. */
export async function pageExamples(app: TestApp, language: string): Promise<PageExample[]> {
  const response = await fetch(`${app.url}/api/build?language=${language}`);
  const page = await response.text();
  if (response.status !== 200) throw new Error(`The page answers ${response.status}: ${page}`);
  return [...page.matchAll(/<code class="(\w+)">([^<]*)<\/code>/g)].map(([, kind = '', text = '']) => ({
    kind,
    text: text.replace(CHARACTERS, (_, code: string) => String.fromCharCode(Number(code))),
  }));
}

/** The same against the service under test, which is not where its links say that it is. */
export const here = (app: TestApp, text: string): string => text.replaceAll('http://mithaq.example.org', app.url);

/**
 * Sends what `curl` would send. An option that it does not know is an error, so that no example goes untested.
 *
 * @param files what earlier calls saved, by name
 */
export async function curl(command: string, files: Map<string, string> = new Map()): Promise<Response> {
  const [program, ...words] = wordsOf(command);
  if (program !== 'curl') throw new Error(`This is no curl: ${command}`);
  const headers: Record<string, string> = {};
  const query: string[] = [];
  let body: string | undefined;
  let inAddress = false;
  let address = '';
  let saveTag: string | undefined;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const next = () => words[++at] ?? '';
    if (word === '-G') inAddress = true;
    else if (word === '-o') next();
    else if (word === '-d') body = next();
    else if (word === '-H') {
      const [name = '', ...value] = next().split(': ');
      headers[name] = value.join(': ');
    } else if (word === '--data-urlencode') {
      const [name = '', ...value] = next().split('=');
      query.push(`${name}=${encodeURIComponent(value.join('='))}`);
    } else if (word === '--etag-save') saveTag = next();
    else if (word === '--etag-compare') headers['If-None-Match'] = files.get(next()) ?? '""';
    else if (word.startsWith('-')) throw new Error(`Teach this curl what ${word} does.`);
    else address = word;
  }
  if (query.length > 0 && !inAddress) throw new Error('Only with -G.');
  const response = await fetch(query.length > 0 ? `${address}?${query.join('&')}` : address, {
    headers,
    ...(body === undefined ? {} : { method: 'POST', body }),
  });
  if (saveTag !== undefined) files.set(saveTag, response.headers.get('etag') ?? '');
  return response;
}

/** As a shell takes a line apart; quotes are single ones, and a backslash joins lines. */
function wordsOf(command: string): string[] {
  const joined = command.replaceAll('\\\n', ' ').trim();
  if (joined.includes('\n')) throw new Error(`These are several commands: ${command}`);
  return [...joined.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}
