import type { JsonObject, JsonValue } from '../../../../domain/json.ts';
import {
  explainClaims,
  explainHeader,
  type ExplainedClaim,
} from '../../../../domain/statement/explain-claims.ts';
import type { CheckedStatement } from '../../../../services/check-statement.ts';
import { A } from '../../components/here.tsx';
import { MemberName } from '../../components/metadata.tsx';
import { Facts, Section, Table } from '../../components/parts.tsx';
import { Code, Name, Time } from '../../components/text.tsx';

type Signed = Extract<CheckedStatement, { readonly claims: JsonObject }>;

/** What the signature of this issuer covers, every claim with what it means. */
export function Attested({ checked }: { readonly checked: Signed }) {
  const { softwareId, softwareName, publisherName, claims, header } = checked;
  return (
    <Section
      title="What it attests"
      lead={
        checked.outcome === 'valid' || checked.outcome === 'superseded'
          ? undefined
          : 'What it says; whether that counts is said above.'
      }
    >
      {softwareName === undefined || publisherName === undefined || softwareId === undefined ? null : (
        <Facts
          facts={[
            {
              name: 'Software',
              value: (
                <A href={`/catalogue/${encodeURIComponent(softwareId)}`}>
                  <Name>{softwareName}</Name>
                </A>
              ),
              note: 'as the records of this issuer name it now',
            },
            { name: 'Publisher', value: <Name>{publisherName}</Name> },
          ]}
        />
      )}
      <Claims caption="Claims" explained={explainClaims(claims)} />
      <h3>Its header</h3>
      <Claims caption="Header" explained={explainHeader(header)} />
    </Section>
  );
}

export function Claims(props: { readonly caption: string; readonly explained: readonly ExplainedClaim[] }) {
  return (
    <Table
      caption={props.caption}
      even
      columns={['Name', 'Value', 'What it means']}
      rows={props.explained.map(({ name, value, meaning, spec }) => [
        <span class="claim-name">
          <MemberName name={name} />
        </span>,
        <Value name={name} value={value} />,
        <>
          {meaning}
          {spec === undefined ? null : <p class="note">{spec}</p>}
        </>,
      ])}
    />
  );
}

const TIMES: ReadonlySet<string> = new Set(['iat', 'exp', 'nbf']);
/** Seconds; a time beyond is no date that a page can show. */
const LAST_INSTANT = 8.64e12;

function Value({ name, value }: { readonly name: string; readonly value: JsonValue }) {
  if (typeof value === 'string') return <Name>{value}</Name>;
  if (typeof value === 'number' && TIMES.has(name) && Math.abs(value) <= LAST_INSTANT)
    return (
      <>
        <Code>{String(value)}</Code> <Time at={value} exact />
      </>
    );
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return (
      <ul class="value">
        {value.map((item) => (
          <li>
            <Name>{item}</Name>
          </li>
        ))}
      </ul>
    );
  return <Code>{JSON.stringify(value)}</Code>;
}
