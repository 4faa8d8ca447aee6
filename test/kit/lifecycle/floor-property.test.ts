import fc from 'fast-check';
import { expect, it } from 'vitest';
import { differenceOf } from '../../../src/domain/client-metadata/difference.ts';
import { ISSUER, NOW } from '../support/fake-issuer.ts';
import { scene } from '../support/scene.ts';
import { attested } from '../management/support/clients.ts';

const SCOPES = ['read', 'write', 'admin'];

type Step =
  | { readonly do: 'register' | 'update'; readonly iat: number; readonly scopes: readonly string[] }
  | { readonly do: 'raise'; readonly to: number }
  | { readonly do: 'end' };

const STEP: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom('register' as const, 'update' as const),
    iat: fc.integer({ min: NOW - 60, max: NOW - 1 }),
    scopes: fc.subarray(SCOPES, { minLength: 1 }),
  }),
  fc.record({ do: fc.constant('raise' as const), to: fc.integer({ min: NOW - 60, max: NOW - 30 }) }),
  fc.record({ do: fc.constant('end' as const) }),
);

it.each(['when_narrowed', 'newest', 'manual'] as const)(
  'under iatFloor %s the floor never goes down, and nothing below it gets in',
  async (iatFloor) => {
    await fc.assert(
      fc.asyncProperty(fc.array(STEP, { minLength: 2, maxLength: 12 }), async (steps) => {
        const at = await scene({ policy: { ...attested(), iatFloor } });
        const first = await at.registered({ iat: NOW - 60, scope: SCOPES.join(' ') });
        let token = first.token;
        for (const step of steps) {
          const before = await at.registrar.software(ISSUER, 'software-1');
          const floor = before?.floorIssuedAt ?? 0;
          if (step.do === 'raise')
            await at.registrar.raiseFloor({
              issuer: ISSUER,
              softwareId: 'software-1',
              issuedAt: step.to,
              because: 'x',
            });
          else if (step.do === 'end') {
            const active = await at.registrar.inventory({ state: 'active' });
            const last = active.findLast(({ clientId }) => clientId !== first.id);
            if (last !== undefined) await at.registrar.end(last.clientId, 'x');
          } else {
            const claims = { iat: step.iat, jti: `${step.iat}`, scope: step.scopes.join(' ') };
            const software_statement = await at.issuer.statement(claims);
            const answer =
              step.do === 'register'
                ? await at.register({ software_statement })
                : await first.update({ software_statement }, token);
            const isGranted = answer.status < 300;
            if (isGranted && step.do === 'update') token = String(answer.body['registration_access_token']);
            if (isGranted) expect(step.iat).toBeGreaterThanOrEqual(floor);
            const newest = before?.newestMetadata ?? {};
            const narrows = differenceOf(
              { metadata: { ...newest, scope: claims.scope }, publisherId: '' },
              { metadata: newest, publisherId: '' },
            ).some(({ effect }) => effect === 'narrows');
            if (iatFloor === 'when_narrowed' && narrows && step.iat < (before?.newestIssuedAt ?? 0))
              expect(answer.status).toBe(400);
          }
          const after = await at.registrar.software(ISSUER, 'software-1');
          expect(after?.floorIssuedAt).toBeGreaterThanOrEqual(floor);
          expect(after?.newestIssuedAt).toBeGreaterThanOrEqual(before?.newestIssuedAt ?? 0);
        }
      }),
      { numRuns: 60 },
    );
  },
);
