import type { Child } from 'hono/jsx';
import { Actions, Button } from '../../components/form.tsx';
import { useHere } from '../../components/here.tsx';

/** A form that is sent with a passkey, by `browser/passkeys.ts`. Paths are below the issuer. */
export function PasskeyForm(props: {
  /** Whether a passkey is made or shown. */
  readonly does: 'create' | 'get';
  readonly begin: string;
  readonly finish: string;
  /** Where the browser goes afterwards. */
  readonly next: string;
  /** Where it goes first when the last sign-in is too long ago. */
  readonly stepUp?: string;
  readonly button: string;
  readonly label: string;
  readonly children?: Child;
}) {
  const { base } = useHere();
  return (
    <form
      class="form"
      aria-label={props.label}
      data-passkey={props.does}
      data-begin={`${base}${props.begin}`}
      data-finish={`${base}${props.finish}`}
      data-next={`${base}${props.next}`}
      data-step-up={props.stepUp === undefined ? undefined : `${base}${props.stepUp}`}
    >
      {props.children}
      <Actions>
        <Button hidden>{props.button}</Button>
      </Actions>
      <p role="status" class="help"></p>
      <noscript>
        <p class="help">
          Passkeys need scripts: a browser offers them to scripts alone. Allow them for this page.
        </p>
      </noscript>
    </form>
  );
}
