import { expect, it } from 'vitest';
import { registrationMetadata } from '../../../src/kit/registration/discovery.ts';
import { REGISTER, scene } from '../support/scene.ts';
import { attested, openTo } from '../management/support/clients.ts';

it('an authorization server learns what to add to its metadata: the endpoint, and what all classes allow together', async () => {
  const { registrar } = await scene({
    policy: {
      classes: [
        {
          name: 'web',
          requires: 'nothing',
          grantTypes: ['authorization_code', 'refresh_token'],
          authMethods: ['private_key_jwt'],
          scopes: ['read', 'write'],
        },
        {
          name: 'machine',
          requires: 'both',
          grantTypes: ['client_credentials', 'refresh_token'],
          authMethods: ['private_key_jwt', 'tls_client_auth'],
          scopes: ['write', 'admin'],
        },
      ],
    },
  });
  expect(registrationMetadata(registrar)).toEqual({
    registration_endpoint: REGISTER,
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt', 'tls_client_auth'],
    scopes_supported: ['read', 'write', 'admin'],
  });
});

it('no scopes are named where any class grants whatever is asked for', async () => {
  const classes = [...openTo({ scopes: ['read'] }).classes, ...attested().classes];
  const { registrar } = await scene({ policy: { classes } });
  expect(registrationMetadata(registrar)).not.toHaveProperty('scopes_supported');
});

it('what is named can be registered, and the endpoint is the one that is configured', async () => {
  const endpoint = 'https://as.example/tenant/clients';
  const { registrar } = await scene({ endpoint });
  const metadata = registrationMetadata(registrar);
  expect(metadata['registration_endpoint']).toBe(endpoint);
  expect(metadata['token_endpoint_auth_methods_supported']).not.toContain('client_secret_jwt');
  expect(metadata['grant_types_supported']).not.toContain('implicit');
});
