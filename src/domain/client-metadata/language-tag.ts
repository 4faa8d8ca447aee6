// RFC 5646 §2.1, without the grandfathered tags of which none is in use for texts. Each part is bounded: linear.
// Private use alone is a tag too.
const PRIVATE_USE = /^x(?:-[a-z\d]{1,8})+$/i;
const TAG =
  /^(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*(?:-[a-wyz\d](?:-[a-z\d]{2,8})+)*(?:-x(?:-[a-z\d]{1,8})+)?$/i;

/** Whether a text is a well-formed BCP 47 language tag, such as `ja-Jpan-JP` (RFC 5646 §2.1). */
export function isLanguageTag(text: string): boolean {
  return text.length <= 64 && (TAG.test(text) || PRIVATE_USE.test(text));
}

/** Splits `client_name#ja` into the member and its tag (RFC 7591 §2.2). */
export function splitLanguageTag(name: string): {
  readonly member: string;
  readonly tag: string | undefined;
} {
  const at = name.indexOf('#');
  return at < 0 ? { member: name, tag: undefined } : { member: name.slice(0, at), tag: name.slice(at + 1) };
}
