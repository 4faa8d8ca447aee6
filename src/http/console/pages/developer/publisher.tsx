import { denialOf } from '../../../../domain/access.ts';
import { err, ok, type Result } from '../../../../domain/result.ts';
import { checkDomain } from '../../../../services/domains/check.ts';
import { claimDomain } from '../../../../services/domains/claim.ts';
import { listDomains, readDomain } from '../../../../services/domains/list.ts';
import { releaseDomain } from '../../../../services/domains/release.ts';
import { listMembers } from '../../../../services/members.ts';
import { readPublisher } from '../../../../services/publishers.ts';
import type { Refusal } from '../../../../services/refusal.ts';
import { Confirm } from '../../components/confirm.tsx';
import { Code, Name } from '../../components/text.tsx';
import { go, page, show, type PageReply, type SignedInCall } from '../../page.ts';
import { problemAt } from './problem-at.ts';
import { PublisherView } from './publisher-view.tsx';

const PATH = '/console/publishers/{publisher_id}/domains';

/** Who stands behind software: its people, and the domains that are shown to be its own. */
export const publisherPages = [
  page({ method: 'GET', path: PATH, who: 'publishers:read', handle: (call) => view(call) }),
  page({
    method: 'POST',
    path: PATH,
    who: 'domains:write',
    handle: async (call) => {
      const { issuer, visitor, form } = call;
      const publisherId = idOf(call);
      const claimed = await claimDomain(issuer, visitor.actor, publisherId, form.text('domain'));
      if (claimed.ok) return go(placeOf(publisherId), 'domain_claimed');
      const error = problemAt(claimed.error, '/domain');
      return error === undefined ? claimed : view(call, { domain: form.text('domain'), error });
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/{domain_id}/check`,
    who: 'domains:write',
    handle: async (call) => {
      const { issuer, visitor, params } = call;
      const publisherId = idOf(call);
      const checked = await checkDomain(issuer, visitor.actor, publisherId, params['domain_id'] ?? '');
      if (checked.ok)
        return go(
          placeOf(publisherId),
          // What was found instead stands below the domain.
          checked.value.state === 'verified' ? 'domain_verified' : undefined,
        );
      return checked.error.code === 'too_soon' ? go(placeOf(publisherId), 'domain_too_soon') : checked;
    },
  }),
  page({
    method: 'GET',
    path: `${PATH}/{domain_id}/release`,
    who: 'domains:write',
    handle: async (call) => {
      const { issuer, visitor, params } = call;
      const publisherId = idOf(call);
      const denial = denialOf(visitor.actor, 'domains:write', publisherId);
      if (denial !== undefined) return err(denial);
      const [publisher, claim] = await Promise.all([
        readPublisher(issuer, visitor.actor, publisherId),
        readDomain(issuer, visitor.actor, publisherId, params['domain_id'] ?? ''),
      ]);
      if (!publisher.ok) return publisher;
      if (!claim.ok) return claim;
      const { domain, state, id } = claim.value;
      return show({
        title: `Give up ${domain}`,
        body: (
          <Confirm
            title={
              <>
                Give up <Code>{domain}</Code>
              </>
            }
            above={{ href: placeOf(publisherId), label: <Name>{publisher.value.name}</Name> }}
            effect={
              state === 'verified'
                ? 'Addresses below it will be marked as unverified in the next submission. What is approved stands, and so do statements.'
                : 'The claim and its proof text are forgotten. A new claim asks for a new text.'
            }
            action={`${placeOf(publisherId)}/${id}/release`}
            button="Give the domain up"
            cancel={placeOf(publisherId)}
          />
        ),
      });
    },
  }),
  page({
    method: 'POST',
    path: `${PATH}/{domain_id}/release`,
    who: 'domains:write',
    handle: async (call) => {
      const { issuer, visitor, params } = call;
      const publisherId = idOf(call);
      const released = await releaseDomain(issuer, visitor.actor, publisherId, params['domain_id'] ?? '');
      return released.ok ? go(placeOf(publisherId), 'domain_released') : released;
    },
  }),
];

function idOf({ params }: SignedInCall): string {
  return params['publisher_id'] ?? '';
}

function placeOf(publisherId: string): string {
  return `/console/publishers/${publisherId}/domains`;
}

/** @param typed what was written into the form, and what is wrong with it */
async function view(
  call: SignedInCall,
  typed?: { readonly domain: string; readonly error: string },
): Promise<Result<PageReply, Refusal>> {
  const { issuer, visitor } = call;
  const { actor } = visitor;
  const publisherId = idOf(call);
  const [publisher, members, domains] = await Promise.all([
    readPublisher(issuer, actor, publisherId),
    listMembers(issuer, actor, publisherId),
    listDomains(issuer, actor, publisherId),
  ]);
  if (!publisher.ok) return publisher;
  if (!members.ok) return members;
  if (!domains.ok) return domains;
  return ok({
    kind: 'page',
    title: publisher.value.name,
    ...(typed === undefined ? {} : { status: 422 }),
    body: (
      <PublisherView
        publisher={publisher.value}
        members={members.value}
        domains={domains.value}
        mayChange={denialOf(actor, 'domains:write', publisherId) === undefined}
        isDeveloper={actor.publisherIds.includes(publisherId)}
        typed={typed}
      />
    ),
  });
}
