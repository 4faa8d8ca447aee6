import { raw } from 'hono/html';
import { ok } from '../../../../domain/result.ts';
import { GUIDE_FILES, type GuideName } from '../../assets/guide-names.ts';
import { GUIDES } from '../../assets/guides.ts';
import { A } from '../../components/here.tsx';
import { PageHeader } from '../../components/parts.tsx';
import { Code } from '../../components/text.tsx';
import { openPage, type Page } from '../../page.ts';
import { keptForStrangers } from './caching.ts';

/** Where a guide is, below the issuer. */
export function guidePath(name: GuideName): string {
  return `/guides/${name}`;
}

/** The guides of this project for authorization servers, served with the issuer so that they are of its version. */
export const guidePages: readonly Page[] = namesOf(GUIDE_FILES).map((name) =>
  openPage({
    method: 'GET',
    path: guidePath(name),
    handle: async (call) => {
      const { title, markup } = GUIDES[name];
      return ok({
        kind: 'page',
        title,
        headers: keptForStrangers(call),
        body: (
          <>
            <PageHeader
              title={title}
              above={{ href: '/#trust', label: 'Trust this issuer' }}
              lead={
                <>
                  Where it says <Code>https://issuer.example</Code>, put this issuer:{' '}
                  <Code>{call.issuer.identifier}</Code>. Its addresses and keys are on{' '}
                  <A href="/#trust">the first page</A>.
                </>
              }
            />
            <div class="section guide">{raw(markup)}</div>
          </>
        ),
      });
    },
  }),
);

function namesOf<K extends string>(record: Readonly<Record<K, unknown>>): readonly K[] {
  const names: K[] = [];
  for (const name in record) names.push(name);
  return names;
}
