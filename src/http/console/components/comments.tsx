import { MAX_COMMENT_CHARACTERS, type SignedComment } from '../../../services/comments.ts';
import { Actions, Button, Form, TextArea } from './form.tsx';
import { Section } from './parts.tsx';
import { Badge, counted, Name, Said, Time } from './text.tsx';

/** What developers and reviewers have said to each other about a submission, and a word more. */
export function Comments(props: {
  readonly comments: readonly SignedComment[];
  /** What its developer said when it was submitted. */
  readonly note: { readonly author: string; readonly text: string } | undefined;
  /** Where a comment is sent to; undefined for those who may only read. */
  readonly action: string | undefined;
  readonly help: string;
  /** What was typed and did not stand. */
  readonly typed?: { readonly text: string; readonly error: string | undefined } | undefined;
}) {
  const { comments, note, action, typed } = props;
  return (
    <Section
      title="Comments"
      id="comments"
      {...(comments.length === 0 ? {} : { lead: counted(comments.length, 'comment') })}
    >
      <ul class="said">
        {note === undefined ? null : (
          <li>
            <p>
              <Name>{note.author}</Name> <Badge>with the submission</Badge>
            </p>
            <Said>{note.text}</Said>
          </li>
        )}
        {comments.map(({ personName, text, createdAt }) => (
          <li>
            <p>
              <Name>{personName}</Name> <Time at={createdAt} />
            </p>
            <Said>{text}</Said>
          </li>
        ))}
      </ul>
      {note === undefined && comments.length === 0 ? <p class="none">Nobody has said anything.</p> : null}
      {action === undefined ? null : (
        <Form action={action} label="Comment">
          <TextArea
            name="text"
            label="Ask or answer"
            required
            rows={3}
            maxlength={MAX_COMMENT_CHARACTERS}
            value={typed?.text}
            error={typed?.error}
            help={props.help}
          />
          <Actions>
            <Button look="quiet">Say it</Button>
          </Actions>
        </Form>
      )}
    </Section>
  );
}
