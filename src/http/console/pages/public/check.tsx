import { ok } from '../../../../domain/result.ts';
import type { Check } from '../../../../domain/statement/judge.ts';
import {
  checkStatement,
  MAX_CHECKED_CHARACTERS,
  type CheckedStatement,
} from '../../../../services/check-statement.ts';
import { Actions, Button, Form, TextArea } from '../../components/form.tsx';
import { Notice, PageHeader, Section, Table } from '../../components/parts.tsx';
import { Badge, Name } from '../../components/text.tsx';
import { openPage, type PageCall } from '../../page.ts';
import { Attested } from './attested.tsx';
import { verdictOf } from './check-words.ts';

/** Nothing of what is pasted goes anywhere else: not into a cache, an address, or what the next site is told. */
const PRIVATE = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' } as const;

const formPage = openPage({
  method: 'GET',
  path: '/check',
  handle: async () =>
    ok({
      kind: 'page',
      title: 'Check a statement',
      headers: PRIVATE,
      body: <CheckPage checked={undefined} />,
    }),
});

const resultPage = openPage({
  method: 'POST',
  path: '/check',
  handle: async ({ issuer, form }: PageCall) => {
    const pasted = form.text('statement');
    const checked = pasted === '' ? undefined : await checkStatement(issuer, pasted);
    return ok({
      kind: 'page',
      title: 'Check a statement',
      headers: PRIVATE,
      status: checked === undefined ? 422 : 200,
      body: (
        <CheckPage checked={checked} error={checked === undefined ? 'Paste a statement first.' : undefined} />
      ),
    });
  },
});

/** Paste a statement, see how it stands. It is posted, never part of an address, and nowhere kept. */
export const checkPages = [formPage, resultPage] as const;

function CheckPage(props: {
  readonly checked: CheckedStatement | undefined;
  readonly error?: string | undefined;
}) {
  const { checked, error } = props;
  return (
    <>
      <PageHeader
        title="Check a statement"
        lead="Paste a software statement to see whether this issuer made it, whether it stands, and what it attests. It is looked at and forgotten: nothing of it is stored or logged."
      />
      {checked === undefined ? null : <Result checked={checked} />}
      <Section title={checked === undefined ? 'The statement' : 'Another one'}>
        <Form action="/check" label="Check a statement">
          <TextArea
            name="statement"
            label="Statement"
            required
            code
            rows={8}
            maxlength={MAX_CHECKED_CHARACTERS}
            error={error}
            help="A JWT that begins with eyJ, or the registration request that holds one."
          />
          <Actions>
            <Button>Check</Button>
          </Actions>
        </Form>
      </Section>
    </>
  );
}

function Result({ checked }: { readonly checked: CheckedStatement }) {
  const { tone, title, advice } = verdictOf(checked, instant);
  return (
    <>
      <Notice tone={tone} title={title} alert>
        {advice}
      </Notice>
      {'claims' in checked ? <Attested checked={checked} /> : null}
      <Section title="What was looked at, in this order">
        <Table
          caption="Checks"
          columns={['Outcome', 'What was found', 'Defined in']}
          rows={checked.checks.map(rowOf)}
        />
      </Section>
    </>
  );
}

const OUTCOMES = {
  holds: <Badge tone="good">holds</Badge>,
  fails: <Badge tone="bad">fails</Badge>,
  unknown: <Badge tone="waiting">not known</Badge>,
} as const;

function rowOf({ outcome, detail, spec }: Check) {
  // A detail may quote what somebody else wrote.
  return [OUTCOMES[outcome], <Name>{detail}</Name>, spec];
}

function instant(seconds: number): string {
  const iso = new Date(seconds * 1000).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
