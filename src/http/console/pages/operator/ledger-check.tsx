import type { LedgerCheck } from '../../../../domain/ledger/ledger-check.ts';
import { readLedgerCheck, startLedgerCheck } from '../../../../services/ledger-check.ts';
import { Button, Form } from '../../components/form.tsx';
import { Facts, Notice, PageHeader, Section } from '../../components/parts.tsx';
import { Code, counted, Time } from '../../components/text.tsx';
import { go, json, page, show } from '../../page.ts';

/** Without scripts the page comes again so often while a check is going on. */
const REFRESH_SECONDS = 2;

export const ledgerCheckPages = [
  page({
    method: 'GET',
    path: '/console/ledger/check',
    who: 'ledger:read',
    handle: async ({ issuer, visitor, query }) => {
      const check = await readLedgerCheck(issuer, visitor.actor);
      if (!check.ok) return check;
      const isRunning = check.value?.state === 'running';
      return show({
        title: 'Full check',
        body: <Check check={check.value} />,
        ...(isRunning ? { scripts: ['ledger-check'] } : {}),
        // The script leads to `live`, where it shows progress by itself.
        ...(isRunning && !query.has('live') ? { refreshSeconds: REFRESH_SECONDS } : {}),
      });
    },
  }),
  page({
    method: 'POST',
    path: '/console/ledger/check',
    who: 'ledger:read',
    handle: async ({ issuer, visitor }) => {
      const started = await startLedgerCheck(issuer, visitor.actor);
      return started.ok ? go('/console/ledger/check') : started;
    },
  }),
  page({
    method: 'GET',
    path: '/console/ledger/check/progress',
    who: 'ledger:read',
    body: 'json',
    handle: async ({ issuer, visitor }) => {
      const check = await readLedgerCheck(issuer, visitor.actor);
      if (!check.ok) return check;
      const { state, checked, total } = check.value ?? { state: 'none', checked: 0, total: 0 };
      return json({ state, checked, total });
    },
  }),
];

function Check({ check }: { readonly check: LedgerCheck | undefined }) {
  const isRunning = check?.state === 'running';
  return (
    <>
      <PageHeader
        title="Full check of the ledger"
        above={{ href: '/console/ledger', label: 'Ledger' }}
        lead="Hashes every entry again, and verifies every checkpoint that was ever signed against the root that comes out. Nothing is changed; requests are served meanwhile."
      />
      {check === undefined ? <Notice>No full check was made yet.</Notice> : <Outcome check={check} />}
      {isRunning ? null : (
        <Form action="/console/ledger/check" label="Check">
          <p>
            <Button>{check === undefined ? 'Check the ledger' : 'Check again'}</Button>
          </p>
        </Form>
      )}
      <Section
        title="Checking it from outside"
        lead="This check runs inside the issuer. Whoever does not want to rely on that takes the export and verifies it elsewhere."
      >
        <pre class="block" tabindex={0} role="region" aria-label="Commands">
          imprimatur ledger verify --file ledger.jsonl
        </pre>
      </Section>
    </>
  );
}

function Outcome({ check }: { readonly check: LedgerCheck }) {
  const { state, checked, total, fault, verified, startedAt, finishedAt } = check;
  switch (state) {
    case 'running':
      return (
        <Section title="Going on">
          <progress
            data-progress
            aria-label="Entries checked"
            max={Math.max(1, total)}
            value={checked}
          ></progress>
          <p
            data-progress-text
          >{`${checked.toLocaleString('en')} of ${counted(total, 'entry', 'entries')}`}</p>
          <p class="note">
            Began <Time at={startedAt} />.
          </p>
        </Section>
      );
    case 'holds':
      return (
        <>
          <Notice tone="good" title="The ledger holds." />
          <Section title="What was verified">
            <Facts
              facts={[
                { name: 'Entries', value: (verified?.entries ?? 0).toLocaleString('en') },
                { name: 'Checkpoints', value: (verified?.checkpoints ?? 0).toLocaleString('en') },
                {
                  name: 'Not sealed then',
                  value: counted(verified?.unsealed ?? 0, 'entry', 'entries'),
                  note: 'Written after the last checkpoint; nothing vouched for them yet.',
                },
                {
                  name: 'Root',
                  value: <Code>{verified?.rootHash ?? ''}</Code>,
                  note: 'base64url, over all entries',
                },
                { name: 'Finished', value: <Time at={finishedAt ?? startedAt} exact /> },
              ]}
            />
          </Section>
        </>
      );
    case 'fails':
      return (
        <Notice tone="bad" title="The ledger does not hold.">
          <p>
            {fault?.what === 'entry'
              ? `Entry ${fault.seq.toLocaleString('en')}: ${fault.detail}.`
              : fault === undefined
                ? null
                : `The checkpoint over ${counted(fault.size, 'entry', 'entries')} ${fault.detail}.`}
          </p>
          <p>
            Somebody or something changed the database behind the issuer. Keep a copy of it, compare with a
            backup and with checkpoints that monitors hold, and do not restore before you know what happened.
          </p>
          <p>
            Found <Time at={finishedAt ?? startedAt} exact />.
          </p>
        </Notice>
      );
    case 'broken':
      return (
        <Notice tone="waiting" title="The check could not be ended.">
          That says nothing about the ledger. The log tells why; try again.
        </Notice>
      );
  }
}
