import type { JsonObject } from '../json.ts';
import { err, ok, type Result } from '../result.ts';
import { isTrustDomain, parseSpiffeIdPattern, type SpiffeIdPattern } from '../spiffe/spiffe-id.ts';
import { ruleReader, type Problem } from './rule-reader.ts';

/** A workload of a SPIFFE trust domain, by its ID. */
export type SpiffeRules = {
  readonly kind: 'spiffe';
  readonly trustDomain: string;
  readonly spiffeId: SpiffeIdPattern;
};

export function readSpiffeRules(rules: JsonObject): Result<SpiffeRules, readonly Problem[]> {
  const read = ruleReader(rules, ['trust_domain', 'spiffe_id']);
  const trustDomain = read.text(
    'trust_domain',
    /^[a-z0-9._-]{1,255}$/,
    'It must be a trust domain, such as example.org.',
  );
  const text = read.text('spiffe_id', /^spiffe:/, 'It must be a SPIFFE ID, or one that ends in /*.');
  const pattern = parseSpiffeIdPattern(text);
  if (text !== '' && !pattern.ok) read.problems.push({ pointer: '/spiffe_id', detail: pattern.error });
  else if (pattern.ok && isTrustDomain(trustDomain) && pattern.value.trustDomain !== trustDomain)
    read.problems.push({ pointer: '/spiffe_id', detail: 'It is of another trust domain.' });
  return read.problems.length === 0 && pattern.ok
    ? ok({ kind: 'spiffe', trustDomain, spiffeId: pattern.value })
    : err(read.problems);
}
