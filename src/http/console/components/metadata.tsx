import { explainMember } from '../../../domain/client-metadata/explain-member.ts';
import { standingOfHost } from '../../../domain/client-metadata/hosts.ts';
import type { JsonObject, JsonValue } from '../../../domain/json.ts';
import { Value } from './difference.tsx';
import { Facts } from './parts.tsx';
import { Badge, counted } from './text.tsx';

/** Longer lists are folded, so that they push nothing else out of sight. */
const FOLDED_BEYOND = 8;

/**
 * Client metadata for its readers: every member with what it means, and web addresses with whether their host belongs to the publisher.
 *
 * @param verifiedDomains of the publisher
 */
export function Metadata(props: {
  readonly metadata: JsonObject;
  readonly verifiedDomains: readonly string[];
}) {
  const members = Object.entries(props.metadata).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value, ...explainMember(name) }],
  );
  return (
    <Facts
      facts={members.map(({ name, value, explanation, spec }) => ({
        name: <MemberName name={name} />,
        value: <MemberValue value={value} verifiedDomains={props.verifiedDomains} />,
        note: spec === undefined ? explanation : `${explanation} ${spec}`,
      }))}
    />
  );
}

/** The name of a member or a claim, which breaks between its words first. */
export function MemberName({ name }: { readonly name: string }) {
  return (
    <code>
      {name.split('_').map((word, i) => (
        <>
          {i === 0 ? null : (
            <>
              _<wbr />
            </>
          )}
          {word}
        </>
      ))}
    </code>
  );
}

function MemberValue(props: { readonly value: JsonValue; readonly verifiedDomains: readonly string[] }) {
  const { value, verifiedDomains } = props;
  if (typeof value === 'string') return <Address text={value} verifiedDomains={verifiedDomains} />;
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    return <Value value={value} />;
  const list = (
    <ul>
      {value.map((item) => (
        <li>
          <Address text={item} verifiedDomains={verifiedDomains} />
        </li>
      ))}
    </ul>
  );
  return value.length <= FOLDED_BEYOND ? (
    list
  ) : (
    <details>
      <summary>{counted(value.length, 'value')}</summary>
      {list}
    </details>
  );
}

const TONES = { verified: 'good', unverified: 'waiting', 'this machine': 'muted' } as const;

function Address(props: { readonly text: string; readonly verifiedDomains: readonly string[] }) {
  const standing = standingOfHost(props.text, props.verifiedDomains);
  return (
    <>
      <bdi>{props.text}</bdi>{' '}
      {standing === undefined ? null : (
        <Badge tone={TONES[standing]}>{standing === 'unverified' ? 'not verified' : standing}</Badge>
      )}
    </>
  );
}
