import type { Finding } from '../../../domain/client-metadata/finding.ts';
import { Badge, Code } from './text.tsx';

const TONES = { error: 'bad', warning: 'waiting', info: 'muted' } as const;

/** What the rules say of metadata: where, what to change, and by which specification. */
export function Findings(props: { readonly findings: readonly Finding[]; readonly empty?: string }) {
  if (props.findings.length === 0)
    return <p class="none">{props.empty ?? 'The rules have nothing to say about it.'}</p>;
  return (
    <ul class="findings">
      {props.findings.map((finding) => (
        <FindingItem finding={finding} />
      ))}
    </ul>
  );
}

export function FindingItem({ finding }: { readonly finding: Finding }) {
  return (
    <li class={finding.severity} data-pointer={finding.pointer}>
      <Badge tone={TONES[finding.severity]}>{finding.severity}</Badge>
      <div>
        <p>
          <Code>{finding.pointer === '' ? '/' : finding.pointer}</Code> {finding.detail}
        </p>
        <p class="note">
          {finding.spec} · {finding.rule}
        </p>
      </div>
    </li>
  );
}
