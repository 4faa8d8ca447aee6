import { beforeEach, describe, expect, test } from 'vitest';
import type { StatementVerifier } from '../../../src/kit/verifier/statement-verifier.ts';
import { expectOk, expectRefusal } from '../../support/issuer.ts';
import { fakeIssuer, ISSUER, type FakeIssuer } from '../support/fake-issuer.ts';

const HEADER = JSON.stringify({ alg: 'ES256', kid: 'key-1', typ: 'JWT' });

let fake: FakeIssuer;
let verifier: StatementVerifier;

beforeEach(async () => {
  fake = await fakeIssuer();
  verifier = fake.verifier();
});

describe('texts that cost much', () => {
  const milliseconds = async (statement: string) => {
    const started = performance.now();
    expect(expectRefusal(await verifier.verify(statement)).reason).toBe('malformed');
    return performance.now() - started;
  };

  test('a valid statement of 100 kB', async () => {
    const long = await fake.statement({ client_name: 'x'.repeat(100_000) });
    expect(await milliseconds(long)).toBeLessThan(50);
  });

  test('one character beyond the limit', async () => {
    const length = async (characters: number) => fake.statement({ client_name: 'x'.repeat(characters) });
    let fill = 11_000;
    while ((await length(fill)).length <= 16_384) fill += 1;
    expect(expectRefusal(await verifier.verify(await length(fill))).reason).toBe('malformed');
    expectOk(await verifier.verify(await length(fill - 1)));
  });

  test.each(['[', '{"a":'])('%j, thousands of times', async (opening) => {
    const closing = opening === '[' ? ']' : '}';
    const times = Math.floor(11_000 / (opening.length + 1));
    const nested = `{"iss":"${ISSUER}","deep":${opening.repeat(times)}1${closing.repeat(times)}}`;
    expect(await milliseconds(await fake.signTexts(HEADER, nested))).toBeLessThan(100);
  });

  test('points alone, and a megabyte of anything', async () => {
    expect(await milliseconds('.'.repeat(16_384))).toBeLessThan(50);
    expect(await milliseconds('A'.repeat(1_000_000))).toBeLessThan(50);
  });
});
