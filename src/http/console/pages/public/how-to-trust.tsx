import type { TrustFacts } from '../../../../services/trust-facts.ts';
import { A } from '../../components/here.tsx';
import { CopyBlock, Facts, Section, Table } from '../../components/parts.tsx';
import { Code } from '../../components/text.tsx';
import { guidePath } from './guides.tsx';

/** What to copy into an authorization server, by what it is. */
export function HowToTrust({ facts }: { readonly facts: TrustFacts }) {
  const { issuer, metadataUrl, jwksUri, keys, did, spiffe } = facts;
  return (
    <Section
      id="trust"
      title="Trust this issuer from an authorization server"
      lead="One thing is configured: the issuer URL. Keys and status lists are discovered from it, so they may change without your taking part."
    >
      <h3>The addresses</h3>
      <CopyBlock label="Issuer URL" text={issuer} />
      <CopyBlock label="Address of the keys, jwks_uri" text={jwksUri} />
      <Facts
        facts={[
          {
            name: 'Metadata',
            value: <Code>{metadataUrl}</Code>,
            note: 'RFC 8414; names jwks_uri, the algorithms and the status lists.',
          },
          {
            name: 'Status lists',
            value: <Code>{`${issuer}/status-lists`}</Code>,
            note: 'Each statement names its own; look it up before you register, and again before you issue a token.',
          },
          ...(did === undefined
            ? []
            : [
                {
                  name: 'DID',
                  value: <Code>{did}</Code>,
                  note: 'What its W3C credentials name as their issuer, and what to trust for them. Its document has the same keys.',
                },
              ]),
          ...(spiffe === undefined
            ? []
            : [
                {
                  name: 'Trust domain',
                  value: <Code>{spiffe.trustDomain}</Code>,
                  note: (
                    <>
                      Of its JWT-SVIDs. Its bundle is at <Code>{spiffe.bundleUrl}</Code>, profile https_web.
                    </>
                  ),
                },
              ]),
        ]}
      />
      <h3>The keys</h3>
      <p>
        By their RFC 7638 thumbprints, which are their <code>kid</code>. Compare them over another way than
        this page before you trust it for the first time.
      </p>
      <Table
        caption="Published keys"
        columns={['Thumbprint', 'Algorithm', 'Now']}
        rows={keys.map(({ kid, alg, state }) => [<Code>{kid}</Code>, alg, USE[state] ?? state])}
      />
      <h3>A server written in TypeScript</h3>
      <p>
        <code>imprimatur/kit</code> verifies statements and governs registration, on Node and on Workers:{' '}
        <A href={guidePath('kit')}>how it is used</A>, and with{' '}
        <A href={guidePath('oidc-provider')}>oidc-provider</A>, <A href={guidePath('mcp-sdk')}>the MCP SDK</A>{' '}
        and <A href={guidePath('cloudflare-workers-oauth-provider')}>Cloudflare workers-oauth-provider</A>.
      </p>
      <CopyBlock label="TypeScript that trusts this issuer" language="ts" text={kitSnippet(issuer)} />
      <h3>A server that takes software statements itself</h3>
      <Table
        caption="Where products take the issuer and its keys"
        columns={['Product', 'Where', 'Issuer', 'Keys']}
        rows={PRODUCTS.map(({ product, where, issuer: wantsIssuer }) => [
          product,
          where,
          wantsIssuer ? <Code>{issuer}</Code> : 'is not checked',
          <Code>{jwksUri}</Code>,
        ])}
      />
      <p class="note">
        <A href={guidePath('recipes')}>The whole recipes</A> are for seven products, and say what each does
        not check and what to do about it. <A href={guidePath('authorization-servers')}>Every single check</A>{' '}
        is there for whoever writes their own.
      </p>
      <h3>A server that does neither</h3>
      <p>
        <A href={guidePath('registrar')}>A registration server beside it</A> registers only what this issuer
        vouches for.
      </p>
      <CopyBlock
        label="Command that starts a registrar"
        language="sh"
        text={`npx imprimatur registrar --trust ${issuer}`}
      />
      <h3>By hand</h3>
      <CopyBlock
        label="Command that verifies a statement"
        language="sh"
        text={`npx imprimatur verify statement.jwt --issuer ${issuer}`}
      />
      <p>
        Or <A href="/check">check it on a page</A>.
      </p>
    </Section>
  );
}

const USE: Readonly<Record<string, string>> = {
  active: 'signs',
  pending: 'is published ahead, to sign later',
  retiring: 'signs no more; what it signed still counts',
};

/** As docs/recipes.md has them; none was tested by this project. */
const PRODUCTS = [
  {
    product: 'PingFederate',
    where: 'Software Statement Validator plugin (built from the SDK): Issuer, JWKS URL',
    issuer: true,
  },
  {
    product: 'PingAM',
    where: 'Software publisher agent: Software publisher issuer, Json Web Key URI',
    issuer: true,
  },
  { product: 'WSO2 Identity Server', where: 'Dynamic registration: ssaJwks, with mandateSSA', issuer: false },
] as const;

function kitSnippet(issuer: string): string {
  return `const verifier = createStatementVerifier({
  issuers: [{ issuer: ${JSON.stringify(issuer)} }],
  audience: 'https://as.example', // your own issuer URL
});
const { app, registrar } = createRegistrationEndpoint({
  authorizationServer: 'https://as.example',
  verifier,
  store,
});
server.route('/register', app); // and, before each token: await registrar.standing(clientId)`;
}
