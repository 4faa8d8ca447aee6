import type { JsonObject } from '../../../../src/domain/json.ts';
import { RFC_7591_EXAMPLE } from '../../../domain/client-metadata/examples.ts';

export const EXTENSION = { example_extension_parameter: 'example_value' };

/** RFC 7591 §3.1, the first request. */
export const REQUEST: JsonObject = { ...RFC_7591_EXAMPLE, ...EXTENSION };

/** RFC 7591 §3.1, the request that comes with an initial access token. */
export const REQUEST_WITH_TOKEN: JsonObject = {
  redirect_uris: ['https://client.example.org/callback', 'https://client.example.org/callback2'],
  client_name: 'My Example Client',
  'client_name#ja-Jpan-JP': '\u30AF\u30E9\u30A4\u30A2\u30F3\u30C8\u540D',
  token_endpoint_auth_method: 'client_secret_basic',
  policy_uri: 'https://client.example.org/policy.html',
  jwks: {
    keys: [
      {
        e: 'AQAB',
        n: 'nj3YJwsLUFl9BmpAbkOswCNVx17Eh9wMO-_AReZwBqfaWFcfGHrZXsIV2VMCNVNU8Tpb4obUaSXcRcQ-VMsfQPJm9IzgtRdAY8NN8Xb7PEcYyklBjvTtuPbpzIaqyiUepzUXNDFuAOOkrIol3WmflPUUgMKULBN0EUd1fpOD70pRM0rlp_gg_WNUKoW1V-3keYUJoXH9NztEDm_D2MQXj9eGOJJ8yPgGL8PAZMLe2R7jb9TxOCPDED7tY_TU4nFPlxptw59A42mldEmViXsKQt60s1SLboazxFKveqXC_jpLUt22OC6GUG63p-REw-ZOr3r845z50wMuzifQrMI9bQ',
        kty: 'RSA',
      },
    ],
  },
  ...EXTENSION,
};

/** RFC 7591 §2.3, what its software statement says. */
export const ATTESTED: JsonObject = {
  software_id: '4NRB1-0XZABZI9E6-5SM3R',
  client_name: 'Example Statement-based Client',
  client_uri: 'https://client.example.net/',
};

/** RFC 7591 §2.3, the software statement itself: it names no issuer. */
export const STATEMENT = [
  'eyJhbGciOiJSUzI1NiJ9',
  'eyJzb2Z0d2FyZV9pZCI6IjROUkIxLTBYWkFCWkk5RTYtNVNNM1IiLCJjbGllbnRfbmFtZSI6IkV4YW1wbGUgU3RhdGVtZW50LWJhc2VkIENsaWVudCIsImNsaWVudF91cmkiOiJodHRwczovL2NsaWVudC5leGFtcGxlLm5ldC8ifQ',
  'GHfL4QNIrQwL18BSRdE595T9jbzqa06R9BT8w409x9oIcKaZo_mt15riEXHazdISUvDIZhtiyNrSHQ8K4TvqWxH6uJgcmoodZdPwmWRIEYbQDLqPNxREtYn05X3AR7ia4FRjQ2ojZjk5fJqJdQ-JcfxyhK-P8BAWBd6I2LLA77IG32xtbhxYfHX7VhuU5ProJO8uvu3Ayv4XRhLZJY4yKfmyjiiKiPNe-Ia4SMy_d_QSWxskU5XIQl5Sa2YRPMbDRXttm2TfnZM1xx70DoYi8g6czz-CPGRi4SW_S2RKHIJfIjoI3zTJ0Y2oe0_EJAiXbL6OyF9S5tKxDXV8JIndSA',
].join('.');

/** RFC 7591 §3.1.1, the request but for its software_statement. */
export const REQUEST_WITH_STATEMENT: JsonObject = {
  redirect_uris: ['https://client.example.org/callback', 'https://client.example.org/callback2'],
  scope: 'read write',
  ...EXTENSION,
};

/** RFC 7591 §3.2.1, the response but for credentials. */
export const RESPONSE: JsonObject = {
  ...REQUEST,
  grant_types: ['authorization_code', 'refresh_token'],
};
/** RFC 7591 §3.2.1, for how many seconds its secret lasts. */
export const SECRET_LIFETIME_SECONDS = 2_893_276_800 - 2_893_256_800;

/** RFC 7591 §3.2.2, what its error responses answer. */
export const SKETCHY_REDIRECT: JsonObject = { redirect_uris: ['http://sketchy.example.com'] };
export const IMPLICIT_ONLY: JsonObject = {
  redirect_uris: ['https://client.example.org/callback'],
  grant_types: ['authorization_code'],
  response_types: ['implicit'],
};
