import type { EntryActor } from '../../../../domain/ledger/entry.ts';
import { changesOf, detailsOf } from '../../../../domain/ledger/ledger-fact.ts';
import { err, ok } from '../../../../domain/result.ts';
import { checkpointBody } from '../../../../services/ledger-export.ts';
import { proveEntry } from '../../../../services/ledger.ts';
import { readEntryView, type EntryView } from '../../../../services/ledger-view.ts';
import { ButtonLink } from '../../components/form.tsx';
import { Value } from '../../components/difference.tsx';
import { Facts, PageHeader, Section } from '../../components/parts.tsx';
import { Code, Time } from '../../components/text.tsx';
import { page, show } from '../../page.ts';
import { Changes } from './changes.tsx';
import { About, Subject, Who } from './entry-parts.tsx';
import { ENTRY_WORDS } from './entry-words.ts';

export const ledgerEntryPages = [
  page({
    method: 'GET',
    path: '/console/ledger/{seq}',
    who: 'ledger:read',
    handle: async ({ issuer, visitor, params }) => {
      const seq = seqOf(params['seq']);
      if (seq === undefined) return err({ code: 'not_found', what: 'entry', id: params['seq'] ?? '' });
      const entry = await readEntryView(issuer, visitor.actor, seq);
      return entry.ok ? show({ title: `Entry ${seq}`, body: <Entry view={entry.value} /> }) : entry;
    },
  }),
  page({
    method: 'GET',
    path: '/console/ledger/{seq}/proof',
    who: 'ledger:read',
    handle: async ({ issuer, visitor, params }) => {
      const seq = seqOf(params['seq']);
      if (seq === undefined) return err({ code: 'not_found', what: 'entry', id: params['seq'] ?? '' });
      const proved = await proveEntry(issuer, visitor.actor, seq);
      if (!proved.ok) return proved;
      const { entry, checkpoint, leafIndex, proof } = proved.value;
      const body = { entry, checkpoint: checkpointBody(checkpoint), leaf_index: leafIndex, proof };
      return ok({
        kind: 'file',
        contentType: 'application/json',
        name: `entry-${seq}-proof.json`,
        body: `${JSON.stringify(body, null, 2)}\n`,
      });
    },
  }),
];

function seqOf(text: string | undefined): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text ?? '') ? Number(text) : undefined;
}

function Entry({ view }: { readonly view: EntryView }) {
  const { entry, fact, names, leafHash, isSealed } = view;
  const changes = fact === undefined ? [] : changesOf(fact);
  const details = fact === undefined ? [] : detailsOf(fact);
  return (
    <>
      <PageHeader
        title={fact === undefined ? 'An entry of another version' : ENTRY_WORDS[fact.kind]}
        above={{ href: '/console/ledger', label: 'Ledger' }}
        lead={`Entry ${entry.seq.toLocaleString('en')}`}
      />
      <div class="columns">
        <div>
          {changes.length === 0 ? null : (
            <Section title="Before and after">
              <Changes changes={changes} />
            </Section>
          )}
          {details.length === 0 ? null : (
            <Section title="What it says besides">
              <Facts
                facts={details.map(([name, value]) => ({
                  name: <Code>{name}</Code>,
                  value: value === null ? <span class="none">nothing</span> : <Value value={value} />,
                }))}
              />
            </Section>
          )}
          <Section
            title="As it is hashed"
            lead="The exact text whose octets are the leaf of the Merkle tree."
          >
            <pre class="block raw" tabindex={0} role="region" aria-label="Text of the entry">
              {entry.text}
            </pre>
          </Section>
        </div>
        <div>
          {fact === undefined ? null : (
            <Section title="Who and what">
              <Facts
                facts={[
                  { name: 'When', value: <Time at={fact.at} exact /> },
                  {
                    name: 'Who',
                    value: <Who fact={fact} names={names} />,
                    note: howWords(fact.actor),
                  },
                  { name: 'Kind', value: <Code>{fact.kind}</Code> },
                  { name: 'Subject', value: <Subject fact={fact} names={names} />, note: fact.subject },
                  ...(fact.publisherId === null && fact.softwareId === null
                    ? []
                    : [{ name: 'Concerns', value: <About fact={fact} names={names} /> }]),
                ]}
              />
            </Section>
          )}
          <Section title="Its place in the log">
            <Facts
              facts={[
                { name: 'Leaf hash', value: <Code>{leafHash}</Code>, note: 'RFC 6962 §2.1, base64url' },
                {
                  name: 'Proof of inclusion',
                  value: isSealed ? (
                    <ButtonLink
                      href={`/console/ledger/${entry.seq}/proof`}
                      look="quiet"
                      download={`entry-${entry.seq}-proof.json`}
                    >
                      Download the proof
                    </ButtonLink>
                  ) : (
                    'No checkpoint covers it yet. It is sealed within a second; load the page again.'
                  ),
                  note: isSealed
                    ? 'Hashes from the leaf to the root of the latest signed checkpoint (RFC 9162 §2.1.3).'
                    : undefined,
                },
              ]}
            />
          </Section>
        </div>
      </div>
    </>
  );
}

/** By what somebody was recognised, for people. */
function howWords(actor: EntryActor): string {
  switch (actor.type) {
    case 'issuer':
      return 'Scheduled work, the first start, or a restore.';
    case 'workload':
      return 'At the token endpoint, by the token its platform gave it.';
    case 'client':
      return 'At the token endpoint, by a key of its own.';
    case 'person':
      return 'tokenId' in actor
        ? `with token ${actor.tokenId}`
        : `at the console, in session ${actor.sessionId}`;
  }
}
