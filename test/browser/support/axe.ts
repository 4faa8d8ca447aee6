import axe from 'axe-core';
import type { Page } from 'playwright-core';

type Violation = {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
};

/** The rules that colours and widths change the answer of; what the others look at is the same on the same page. */
export const LOOKS = [
  'color-contrast',
  'link-in-text-block',
  'scrollable-region-focusable',
  'target-size',
] as const;

/**
 * What axe finds wrong on a page as it is now, each a few readable lines; nothing for a page that is right. It runs in a world of its own,
 * which the page's content security policy does not govern and the page cannot see.
 *
 * @param rules only these; all of axe's when absent
 */
export async function axeFindings(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page);
  try {
    const { frameTree } = await session.send('Page.getFrameTree');
    const { executionContextId } = await session.send('Page.createIsolatedWorld', {
      frameId: frameTree.frame.id,
      worldName: 'axe',
    });
    const evaluate = async (expression: string): Promise<unknown> => {
      const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
        expression,
        contextId: executionContextId,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails !== undefined)
        throw new Error(`axe: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
      return result.value;
    };
    const options = {
      resultTypes: ['violations'],
      ...(rules === undefined ? {} : { runOnly: { type: 'rule', values: rules } }),
    };
    await evaluate(`typeof axe === 'object' ? undefined : eval(${JSON.stringify(axe.source)}), undefined`);
    const text = await evaluate(
      `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) => JSON.stringify(violations))`,
    );
    const violations: readonly Violation[] = JSON.parse(String(text));
    return violations.map(describe);
  } finally {
    await session.detach();
  }
}

function describe({ id, help, nodes }: Violation): string {
  const places = nodes
    .slice(0, 5)
    .map(
      ({ target, failureSummary }) =>
        `  ${target.join(' ')}: ${(failureSummary ?? '').replaceAll(/\s+/g, ' ')}`,
    );
  return [`${id}: ${help} (${nodes.length})`, ...places].join('\n');
}
