import { expect, it } from 'vitest';
import { commandLine } from './command-line.ts';

const UNKNOWN = { title: 'There is no such thing', status: 404, detail: 'There is no such key.' };

it.each(['-ArkfVnDlqKqfjGHyKgXq5jAgQhrEnCjXYDVt0MqW8A', '--rkfVnDlqKqfjGHyKgXq5jAgQhrEnCjXYDVt0MqW8A'])(
  'a kid that begins with a dash is no option: %s',
  async (kid) => {
    const asked: string[] = [];
    const fetcher: typeof fetch = async (input) => {
      asked.push(new Request(input).url);
      return new Response(JSON.stringify(UNKNOWN), {
        status: 404,
        headers: { 'content-type': 'application/problem+json' },
      });
    };
    const ran = await commandLine({ fetch: fetcher, token: 'imp_x' }).run('keys', 'show', kid);
    expect(ran.code).toBe(1);
    expect(asked[0]).toMatch(new RegExp(`/${kid}$`));
  },
);
