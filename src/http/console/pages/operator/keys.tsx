import { err } from '../../../../domain/result.ts';
import { isPublished } from '../../../../domain/signing-key.ts';
import { readKeyImpact, readKeyRing, type KeyImpact, type KeyRing } from '../../../../services/key-impact.ts';
import { A } from '../../components/here.tsx';
import { ButtonLink } from '../../components/form.tsx';
import { CopyBlock, Facts, PageHeader, Section, Table } from '../../components/parts.tsx';
import { Code, counted, State, Time } from '../../components/text.tsx';
import { page, show } from '../../page.ts';
import { mayOpen } from '../../sections.ts';
import { KeyPicture } from './key-picture.tsx';
import { activationWords, retirementWords, revocationWords } from './key-words.tsx';

export const keyPages = [
  page({
    method: 'GET',
    path: '/console/keys',
    who: 'keys:read',
    handle: async ({ issuer, visitor }) => {
      const ring = await readKeyRing(issuer, visitor.actor);
      return ring.ok
        ? show({
            title: 'Keys',
            body: <KeysPage ring={ring.value} mayChange={mayOpen(visitor.actor, 'keys:write')} />,
          })
        : ring;
    },
  }),
];

export const keyPage = page({
  method: 'GET',
  path: '/console/keys/{kid}',
  who: 'keys:read',
  handle: async ({ issuer, visitor, params }) => {
    const impact = await readKeyImpact(issuer, visitor.actor, params['kid'] ?? '');
    return impact.ok
      ? show({
          title: `Key ${impact.value.key.kid.slice(0, 10)}…`,
          body: <KeyPage impact={impact.value} mayChange={mayOpen(visitor.actor, 'keys:write')} />,
        })
      : err(impact.error);
  },
});

function KeysPage({ ring, mayChange }: { readonly ring: KeyRing; readonly mayChange: boolean }) {
  const { timeline } = ring;
  const endsAt = new Map(timeline.lines.map((line) => [line.key.kid, line.endsAt]));
  return (
    <>
      <PageHeader
        title="Keys"
        lead="A key is published before it signs and after it stops, so that everybody who checks a statement has seen it."
        actions={mayChange ? <ButtonLink href="/console/keys/new">Generate a key</ButtonLink> : undefined}
      />
      <Section title="Rotation">
        <KeyPicture timeline={timeline} />
      </Section>
      <Section title="Every key">
        <Table
          caption="Keys, newest first"
          columns={['Key', 'Algorithm', 'State', 'Generated', 'Signs since', 'Ends', 'Live statements']}
          numeric={[6]}
          rows={ring.keys.toReversed().map(({ key, liveStatements }) => {
            const end = key.endedAt ?? endsAt.get(key.kid);
            return [
              <A href={`/console/keys/${key.kid}`}>
                <Code short>{key.kid}</Code>
              </A>,
              key.alg,
              <State state={key.state} />,
              <Time at={key.createdAt} />,
              key.activatedAt === null ? 'never' : <Time at={key.activatedAt} />,
              end === undefined ? 'open' : <Time at={end} />,
              liveStatements.toLocaleString('en'),
            ];
          })}
        />
      </Section>
    </>
  );
}

function KeyPage({ impact, mayChange }: { readonly impact: KeyImpact; readonly mayChange: boolean }) {
  const { key, liveStatements, lastExpiresAt, activation } = impact;
  return (
    <>
      <PageHeader
        title={<Code>{key.kid}</Code>}
        above={{ href: '/console/keys', label: 'Keys' }}
        badge={<State state={key.state} />}
        lead={key.stateReason ?? undefined}
      />
      <div class="columns">
        <div>
          {isPublished(key.state) ? <Steps impact={impact} mayChange={mayChange} /> : null}
          <Section title="Public key" lead="As it is published in the JWK Set (RFC 7517).">
            <CopyBlock text={JSON.stringify(key.publicJwk, null, 2)} label="Public JWK" language="json" />
          </Section>
        </div>
        <Section
          title="What is known of it"
          actions={<A href={`/console/ledger?subject=${encodeURIComponent(key.kid)}`}>In the ledger</A>}
        >
          <Facts
            facts={[
              { name: 'Algorithm', value: key.alg },
              {
                name: 'Live statements',
                value: counted(liveStatements, 'statement'),
                note:
                  lastExpiresAt === undefined ? (
                    'It has signed nothing.'
                  ) : (
                    <>
                      The last thing it signed expires <Time at={lastExpiresAt} exact />.
                    </>
                  ),
              },
              { name: 'Generated', value: <Time at={key.createdAt} exact /> },
              { name: 'May sign from', value: <Time at={activation.readyAt} exact /> },
              ...timeFact('Activated', key.activatedAt),
              ...timeFact('Retiring since', key.retiringAt),
              ...timeFact('Ended', key.endedAt),
            ]}
          />
        </Section>
      </div>
    </>
  );
}

function timeFact(name: string, at: number | null) {
  return at === null ? [] : [{ name, value: <Time at={at} exact /> }];
}

/** What can be done with the key, each step with what it would do now. */
function Steps({ impact, mayChange }: { readonly impact: KeyImpact; readonly mayChange: boolean }) {
  const { key } = impact;
  const at = (step: string) => `/console/keys/${key.kid}/${step}`;
  return (
    <Section title="What can be done with it">
      <Facts
        facts={[
          ...(key.state === 'pending'
            ? [
                {
                  name: 'Activate',
                  value: activationWords(impact),
                  note: button(mayChange, at('activate'), 'Activate…'),
                },
              ]
            : []),
          ...(key.state === 'active'
            ? []
            : [
                {
                  name: 'Retire',
                  value: retirementWords(impact),
                  note: button(mayChange && impact.retirement.refusal === undefined, at('retire'), 'Retire…'),
                },
              ]),
          {
            name: 'Revoke',
            value: revocationWords(impact),
            note: button(mayChange, at('revoke'), 'Revoke…'),
          },
        ]}
      />
    </Section>
  );
}

function button(isOffered: boolean, href: string, label: string) {
  return isOffered ? (
    <ButtonLink href={href} look="quiet">
      {label}
    </ButtonLink>
  ) : undefined;
}
