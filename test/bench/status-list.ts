import { promisify } from 'node:util';
import { deflate, inflateSync } from 'node:zlib';
import { decodeJwt } from 'jose';
import { authenticate } from '../../src/services/authenticate.ts';
import { changeStatement } from '../../src/services/statement-standing.ts';
import { accept } from './accept.ts';
import type { Bench } from './bench.ts';
import { openDataset } from './dataset.ts';
import { createSigner } from './issue.ts';
import { alternate, milliseconds, timed, type Measurement } from './measure.ts';

/** Revoking one statement of a list of 2^20 places and publishing it against zlib and one signature. */
export async function statusList(bench: Bench): Promise<readonly Measurement[]> {
  const dataset = await bench.large();
  const { issuer, publications, close } = await openDataset(dataset.environment);
  const operator = await authenticate(issuer, dataset.operatorToken);
  // Ids order by time: statements before the second list's id are of the first, full one.
  const [list, next] = await issuer.store.statusLists();
  if (operator === undefined || list === undefined) throw new Error('the dataset has no operator or list');
  const page = await issuer.store.statements({ states: ['valid'] }, { limit: 100, after: next?.id });
  const candidates = page.map(({ statement }) => statement);
  const listId = candidates[0]?.listId ?? list.id;

  const publish = async () => (await publications.statusList(listId))?.body ?? '';
  const published = Buffer.from(lstOf(await publish()), 'base64url');
  const octets = inflateSync(published);
  const compress = promisify<Buffer, { level: number }, Buffer>(deflate);
  const sign = await createSigner();
  const compressed = await compress(octets, { level: 6 });

  const seen = await alternate(bench.quick ? 3 : 15, {
    ours: () =>
      timed(async () => {
        const jti = candidates.pop()?.jti ?? '';
        accept(await changeStatement(issuer, operator, jti, 'revoke', 'bench'));
        await publish();
      }),
    baseline: () =>
      timed(async () => {
        await compress(octets, { level: 6 });
        await sign();
      }),
  });
  await close();
  return [
    {
      work: `status list of ${list.size.toLocaleString('en')} places, 1 % revoked: revoke one, publish`,
      ours: milliseconds(seen.ours),
      baseline: `${milliseconds(seen.baseline)} zlib level 6 and one signature`,
      ratio: seen.ours / seen.baseline,
      bar: 1.3,
      wanted: 'at most',
    },
    {
      work: 'size of that list',
      ours: `${published.length.toLocaleString('en')} octets`,
      baseline: `${compressed.length.toLocaleString('en')} octets, zlib level 6`,
      ratio: published.length / compressed.length,
      bar: 1.01,
      wanted: 'at most',
    },
  ];
}

function lstOf(jwt: string): string {
  const claims: { status_list?: unknown } = decodeJwt(jwt);
  const list = claims.status_list;
  if (typeof list !== 'object' || list === null || !('lst' in list) || typeof list.lst !== 'string')
    throw new Error('not a status list');
  return list.lst;
}
