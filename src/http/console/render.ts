import type { JSX } from 'hono/jsx/jsx-runtime';

/** What is made of an element: text for a browser. */
export async function render(element: JSX.Element): Promise<string> {
  const made = await element;
  return made.toString();
}
