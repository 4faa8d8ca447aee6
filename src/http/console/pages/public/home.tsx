import { ok } from '../../../../domain/result.ts';
import { catalogueSize, type CatalogueSize } from '../../../../services/catalogue/size.ts';
import { trustFacts, type TrustFacts } from '../../../../services/trust-facts.ts';
import { Actions, ButtonLink } from '../../components/form.tsx';
import { A, Outside } from '../../components/here.tsx';
import { Facts, PageHeader, Section } from '../../components/parts.tsx';
import { Code } from '../../components/text.tsx';
import { openPage } from '../../page.ts';
import { keptForStrangers } from './caching.ts';
import { HowToTrust } from './how-to-trust.tsx';

/** Who vouches here, for what, and how to trust it. */
export const homePage = openPage({
  method: 'GET',
  path: '/',
  handle: async (call) => {
    const { issuer, publications } = call;
    const [facts, size] = await Promise.all([trustFacts(issuer, publications), catalogueSize(issuer)]);
    const isStranger = call.visitor === undefined;
    return ok({
      kind: 'page',
      title: 'Who vouches here',
      headers: keptForStrangers(call),
      body: <Home facts={facts} size={size} isStranger={isStranger} />,
      alternate: '/catalogue.json',
    });
  },
});

function Home({
  facts,
  size,
  isStranger,
}: {
  readonly facts: TrustFacts;
  readonly size: CatalogueSize;
  readonly isStranger: boolean;
}) {
  const host = new URL(facts.issuer).host;
  return (
    <>
      <PageHeader
        title={`${host} vouches for software`}
        lead="Publishers submit what their software asks of OAuth servers. People review it. What was approved is signed into software statements (RFC 7591 §2.3), which authorization servers accept in place of their own review, for as long as they stand."
      />
      <div class="tiles">
        <Tile href="/catalogue" number={size.software} label="software vouched for" />
        <Tile href="/catalogue" number={size.publishers} label="publishers answerable for it" />
        <Tile href="/check" number={size.liveStatements} label="statements that stand" />
      </div>
      <Actions>
        <ButtonLink href="/catalogue">Look software up</ButtonLink>
        <ButtonLink href="/check" look="quiet">
          Check a statement
        </ButtonLink>
        {isStranger ? (
          <ButtonLink href="/sign-in" look="quiet">
            Sign in
          </ButtonLink>
        ) : (
          <ButtonLink href="/console" look="quiet">
            To your work
          </ButtonLink>
        )}
      </Actions>
      <Section title="Who vouches">
        <Facts facts={whoFacts(facts)} />
      </Section>
      <HowToTrust facts={facts} />
    </>
  );
}

function Tile(props: { readonly href: string; readonly number: number; readonly label: string }) {
  return (
    <A href={props.href} class="tile">
      <span class="number">{props.number.toLocaleString('en')}</span> <span class="label">{props.label}</span>
    </A>
  );
}

function whoFacts({ issuer, policyUri, termsUri }: TrustFacts) {
  const page = (name: string, href: string | undefined) =>
    href === undefined ? [] : [{ name, value: <Outside href={href}>{href}</Outside> }];
  return [
    {
      name: 'Issuer',
      value: <Code>{issuer}</Code>,
      note: 'This is iss in every statement, letter by letter.',
    },
    ...page('How it decides', policyUri),
    ...page('Terms', termsUri),
    {
      name: 'What it publishes',
      value: (
        <>
          <A href="/jwks">keys</A>, <A href="/status-lists">status lists</A>,{' '}
          <A href="/catalogue.json">the catalogue for programs</A>, <A href="/docs">the API</A>
        </>
      ),
    },
  ];
}
