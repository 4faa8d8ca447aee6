import { z } from 'zod';

/** The answer to one API request. */
export type Answer = { readonly status: number; readonly type: string; readonly body: unknown };

/** Speaks to a running server as one person. */
export type ApiClient = {
  readonly call: (
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
};

/** @param url where the server listens */
export function apiClient(url: string, token: string): ApiClient {
  return {
    call: async (method, path, body, headers = {}) => {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(20_000),
      });
      const text = await response.text();
      const type = response.headers.get('content-type') ?? '';
      return { status: response.status, type, body: type.includes('json') ? JSON.parse(text) : text };
    },
  };
}

/** Reads a member that must be a string, or fails with the whole answer. */
export function textMember(answer: Answer, name: string): string {
  const parsed = z.record(z.string(), z.unknown()).safeParse(answer.body);
  const value = parsed.success ? parsed.data[name] : undefined;
  if (typeof value !== 'string')
    throw new Error(`no ${name} in ${answer.status} ${JSON.stringify(answer.body)}`);
  return value;
}

/** People with tokens and software with an approval, made over the API of an empty issuer. */
export type ApiScene = {
  readonly publisherId: string;
  readonly operatorToken: string;
  readonly developerToken: string;
  readonly reviewerToken: string;
  readonly softwareIds: readonly string[];
};

export const CLIENT_METADATA = {
  client_name: 'Example Application',
  redirect_uris: ['https://app.example/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks_uri: 'https://app.example/jwks.json',
  scope: 'openid profile',
};

/** @param softwareCount how many software are registered and approved */
export async function makeApiScene(
  url: string,
  operatorToken: string,
  softwareCount: number,
): Promise<ApiScene> {
  const operator = apiClient(url, operatorToken);
  const make = async (client: ApiClient, path: string, body: unknown, id: string) => {
    const answer = await client.call('POST', path, body);
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return textMember(answer, id);
  };
  const publisherId = await make(
    operator,
    '/v1/publishers',
    { name: 'Example Ltd', verified_domains: ['app.example'] },
    'id',
  );
  const developerId = await make(operator, '/v1/people', { name: 'Developer' }, 'id');
  const reviewerId = await make(operator, '/v1/people', { name: 'Reviewer', roles: ['reviewer'] }, 'id');
  await operator.call('PUT', `/v1/publishers/${publisherId}/members/${developerId}`);
  const tokenOf = (personId: string) =>
    make(operator, '/v1/tokens', { person_id: personId, label: 'test' }, 'token');
  const [developerToken, reviewerToken] = [await tokenOf(developerId), await tokenOf(reviewerId)];
  const developer = apiClient(url, developerToken);
  const reviewer = apiClient(url, reviewerToken);
  const softwareIds: string[] = [];
  for (let i = 0; i < softwareCount; i += 1) {
    const software = { publisher_id: publisherId, name: `Example ${i}` };
    const softwareId = await make(developer, '/v1/software', software, 'software_id');
    const submission = { software_version: '1.0.0', client_metadata: CLIENT_METADATA };
    const id = await make(developer, `/v1/software/${softwareId}/submissions`, submission, 'id');
    await make(reviewer, `/v1/submissions/${id}/decisions`, { verdict: 'approve', reason: 'right' }, 'id');
    softwareIds.push(softwareId);
  }
  return { publisherId, operatorToken, developerToken, reviewerToken, softwareIds };
}
