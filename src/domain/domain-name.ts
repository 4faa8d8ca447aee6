import { publicUrl } from './network/public-url.ts';
import { err, ok, type Result } from './result.ts';

/** Labels of letters, digits and hyphens (RFC 1123 §2.1), two at least, the last beginning with a letter. */
const HOST_NAME = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,62}$/;
/** What ends a host in a URL, or is decoded in one, though it is part of no name. */
const NOT_OF_A_NAME = /[\s\p{Cc}/\\:@?#%[\]<>"^`{|}]/u;

/**
 * A domain as people write it, in the one form it is kept in: lower case, ASCII (RFC 5890 A-labels), without a dot at the end.
 *
 * @returns a sentence that says what it should be, when it is no name of the public internet with a dot inside
 */
export function domainName(text: string): Result<string, string> {
  const written = text.trim().replace(/\.$/, '');
  const url = `https://${written}`;
  if (written === '' || written.length > 253 || NOT_OF_A_NAME.test(written) || !URL.canParse(url))
    return err('Write the domain alone, such as app.example: no https://, no path, no port.');
  const { hostname } = new URL(url);
  if (/^[\d.]+$/.test(hostname)) return err('An IP address is no domain. Write a name, such as app.example.');
  if (!HOST_NAME.test(hostname))
    return err('A domain has a dot inside, and labels of letters, digits and hyphens, such as app.example.');
  return publicUrl(`https://${hostname}/`).ok
    ? ok(hostname)
    : err('This name is for private networks or for special use; nobody on the internet can check it.');
}
