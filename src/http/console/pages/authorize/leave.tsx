import { queryResponse, type AuthorizationResponse } from '../../../../domain/oauth/authorization.ts';
import { placeOf } from '../../../../domain/oauth/redirect-uri.ts';
import { Actions, Button, Hidden } from '../../components/form.tsx';
import { PageHeader } from '../../components/parts.tsx';
import { Code } from '../../components/text.tsx';
import type { PageReply } from '../../page.ts';

const TITLE = 'Back to the application';

/** Back to the client from a link: a redirect, or a page whose form goes there. */
export function leaveAtOnce(response: AuthorizationResponse): PageReply {
  return response.to.responseMode === 'form_post'
    ? formPost(response)
    : { kind: 'away', url: queryResponse(response) };
}

/**
 * Back to the client after a form was sent. A redirect would count as sending that form on, and browsers hold every further redirect of the
 * client's own to the policy of this page (CSP Level 3, `form-action`); so the page says where to go next.
 */
export function leaveAfterForm(response: AuthorizationResponse): PageReply {
  if (response.to.responseMode === 'form_post') return formPost(response);
  const url = queryResponse(response);
  const place = placeOf(response.to.redirectUri);
  return {
    kind: 'page',
    title: TITLE,
    headers: { refresh: `0;url=${url}` },
    body: (
      <>
        <PageHeader
          title={TITLE}
          lead={
            <>
              You are on your way to <Code>{place}</Code>.
            </>
          }
        />
        <Actions>
          <a class="button main" href={url} rel="noreferrer">
            Go on
          </a>
        </Actions>
      </>
    ),
  };
}

/** OAuth 2.0 Form Post Response Mode §2: a form that a script sends, and a button for browsers without scripts. */
function formPost({ to, parameters }: AuthorizationResponse): PageReply {
  return {
    kind: 'page',
    title: TITLE,
    scripts: ['form-post'],
    formAction: new URL(to.redirectUri).origin,
    body: (
      <>
        <PageHeader
          title={TITLE}
          lead={
            <>
              The answer goes to <Code>{placeOf(to.redirectUri)}</Code>.
            </>
          }
        />
        <form action={to.redirectUri} method="post" class="form" data-form-post>
          {parameters.map(([name, value]) => (
            <Hidden name={name} value={value} />
          ))}
          <Actions>
            <Button>Go on</Button>
          </Actions>
        </form>
      </>
    ),
  };
}
