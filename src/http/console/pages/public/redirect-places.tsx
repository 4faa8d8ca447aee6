import type { RedirectPlace } from '../../../../domain/client-metadata/hosts.ts';
import { Badge, Code, counted } from '../../components/text.tsx';

/**
 * Where people and codes may be sent, and whether the publisher has shown that the host is its own.
 *
 * @param props.most how many are shown; all when absent
 */
export function RedirectPlaces(props: { readonly places: readonly RedirectPlace[]; readonly most?: number }) {
  const shown = props.places.slice(0, props.most);
  const more = props.places.length - shown.length;
  if (shown.length === 0) return <span class="none">none: it never sends people anywhere</span>;
  return (
    <ul class="value">
      {shown.map((place) => (
        <li>
          <Code>{place.place}</Code> {word(place)}
          {place.count > 1 ? <span class="note"> {counted(place.count, 'redirect URI')}</span> : null}
        </li>
      ))}
      {more > 0 ? <li class="none">and {more.toLocaleString('en')} more</li> : null}
    </ul>
  );
}

function word({ kind, isVerified }: RedirectPlace) {
  if (kind === 'loopback') return <Badge tone="muted">the person’s own device</Badge>;
  if (kind === 'private-use') return <Badge tone="muted">an app on the device</Badge>;
  return isVerified ? <Badge tone="good">verified</Badge> : <Badge tone="waiting">not verified</Badge>;
}
