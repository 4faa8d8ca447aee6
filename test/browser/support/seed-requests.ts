import { sha256Base64url } from '../../../src/domain/sha256.ts';
import { keepRequest } from '../../../src/services/exchange/authorization/pending.ts';
import { hostileMetadata, type Stage } from './stage.ts';

/** Requests at the authorization endpoint that wait, by what names them in addresses. */
export type SeededRequests = { readonly ordinary: string; readonly hostile: string };

const HOSTILE_CLIENT = 'https://rides.example/client.json';
const HOSTILE_CALLBACK = `https://rides.example/${'callback-'.repeat(30)}`;

/** Clients that have sent people here; done last, because requests wait for half an hour only. */
export async function seedRequests(stage: Stage): Promise<SeededRequests> {
  const { internet, texts } = stage;
  const body = JSON.stringify(
    {
      client_id: HOSTILE_CLIENT,
      ...hostileMetadata(stage),
      token_endpoint_auth_method: 'none',
      redirect_uris: [HOSTILE_CALLBACK],
      software_statement: texts.longName,
    },
    null,
    2,
  );
  internet.sites.set(HOSTILE_CLIENT, { contentType: 'application/json', body });
  return {
    ordinary: await waiting(
      stage,
      'https://app.example/client.json',
      'https://app.example/calendar/callback',
    ),
    hostile: await waiting(stage, HOSTILE_CLIENT, HOSTILE_CALLBACK),
  };
}

async function waiting({ issuer }: Stage, clientId: string, redirectUri: string): Promise<string> {
  const kept = await keepRequest(issuer, {
    clientId,
    redirectUri,
    state: 'a state',
    responseMode: 'query',
    codeChallenge: sha256Base64url('verifier'),
    dpopJkt: sha256Base64url('key'),
    audience: ['https://as.example', `https://${'long-'.repeat(20)}.example`],
  });
  if (kept === undefined) throw new Error('the request was not kept');
  return kept;
}
