/**
 * Whether an Accept header lets an answer of this type through (RFC 9110 §12.5.1): the most specific range that
 * matches decides, and a weight of 0 forbids. A header that holds no range at all asks for nothing in particular.
 *
 * @param header the field value; null or undefined when it was not sent
 * @param type the media type on offer, lower case and without parameters
 */
export function accepts(header: string | null | undefined, type: string): boolean {
  if (header === null || header === undefined || header === '*/*') return true;
  const ranges = header
    .split(',')
    .map(rangeOf)
    .filter((range) => range !== undefined);
  if (ranges.length === 0) return true;
  for (const wanted of [type, `${type.split('/')[0] ?? ''}/*`, '*/*']) {
    const found = ranges.filter(({ range }) => range === wanted);
    if (found.length > 0) return found.some(({ weight }) => weight > 0);
  }
  return false;
}

function rangeOf(text: string): { readonly range: string; readonly weight: number } | undefined {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  if (!/^[^\s/]+\/[^\s/]+$/.test(range)) return undefined;
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return { range, weight: weight === undefined ? 1 : Number(weight) };
}
