import { textMember, type JsonObject } from '../../../../domain/json.ts';

/** What a job needs to know of the issuer. */
type Place = { readonly issuer: string; readonly softwareId: string };

/** A workflow of GitHub Actions that gets a statement, ready to be pasted (the audience filled in by the command itself). */
export function githubSnippet({ issuer, softwareId }: Place): string {
  return `name: Statement
on:
  push:
    branches: [main]
permissions:
  id-token: write
jobs:
  statement:
    runs-on: ubuntu-latest
    steps:
      - run: >
          npx imprimatur exchange
          --url ${issuer}
          --software ${softwareId}
          --out statement.jwt
`;
}

/** The same for GitLab CI: the token is made for this issuer alone. */
export function gitlabSnippet({ issuer, softwareId }: Place): string {
  return `statement:
  image: node:24
  id_tokens:
    IMPRIMATUR_ID_TOKEN:
      aud: ${issuer}
  script:
    - >
      npx imprimatur exchange
      --url ${issuer}
      --software ${softwareId}
      --subject-token-variable IMPRIMATUR_ID_TOKEN
      --out statement.jwt
`;
}

/** For any other job: the request itself (RFC 8693). */
export function curlExchangeSnippet({ issuer, softwareId }: Place): string {
  return [
    `# TOKEN is a token of the platform whose only audience is ${issuer}`,
    `curl ${issuer}/token \\`,
    '  -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \\',
    '  -d requested_token_type=urn:ietf:params:oauth:token-type:software-statement \\',
    '  -d subject_token_type=urn:ietf:params:oauth:token-type:jwt \\',
    `  -d software_id=${softwareId} \\`,
    '  --data-urlencode subject_token="$TOKEN"',
  ].join('\n');
}

/** Whom the rules of a workload let in, in a line. */
export function workloadWords(rules: JsonObject): string {
  const named = (...names: readonly string[]) =>
    names
      .map((name) => textMember(rules, name))
      .filter((text) => text !== '')
      .join(', ');
  switch (rules['kind']) {
    case 'github':
      return named('repository', 'workflow', 'ref', 'environment');
    case 'gitlab':
      return named('project_path', 'ci_config_path', 'ref_path', 'environment');
    case 'spiffe':
      return named('spiffe_id');
    default:
      return named('issuer');
  }
}
