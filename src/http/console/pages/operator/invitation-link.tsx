import type { Result } from '../../../../domain/result.ts';
import type { NewInvitation } from '../../../../services/sign-in/invitation-link.ts';
import { ButtonLink } from '../../components/form.tsx';
import { CopyBlock, Notice, PageHeader, Section } from '../../components/parts.tsx';
import { Name, Time } from '../../components/text.tsx';
import { show, type PageReply } from '../../page.ts';

/** Shows the link of an invitation, this once. */
export function linkPage(
  { invitation, link }: NewInvitation,
  back: { readonly href: string; readonly label: string },
): Result<PageReply, never> {
  return show({
    title: 'The link',
    body: (
      <>
        <PageHeader
          title={
            <>
              A link for <Name>{invitation.name}</Name>
            </>
          }
        />
        <Notice tone="waiting" title="This link is shown once.">
          Only its hash is kept here. Whoever has it gets in, so hand it over in a way you trust. It works
          once, until <Time at={invitation.expiresAt} exact />.
        </Notice>
        <Section title="Link">
          <CopyBlock text={link} label="One-time link" />
          <ButtonLink href={back.href} look="quiet">
            {back.label}
          </ButtonLink>
        </Section>
      </>
    ),
  });
}
