const KEYS = {
  queue: [
    ['j', 'the next row'],
    ['k', 'the row before'],
    ['n', 'the next submission for you'],
  ],
  review: [
    ['a', 'approve'],
    ['r', 'reject'],
    ['c', 'request changes'],
    ['n', 'the next submission for you'],
  ],
} as const;

/**
 * What single keys do on a page, and the switch that turns them off (WCAG 2.2, 2.1.4). Scripts make the keys work, so only
 * they show this; everything can be reached without.
 */
export function Keys({ of }: { readonly of: keyof typeof KEYS }) {
  return (
    <details class="section" id="keys" hidden>
      <summary>Keys</summary>
      <dl class="facts">
        {[...KEYS[of], ['?', 'show these keys'] as const].map(([key, does]) => (
          <div>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <div class="check">
        <input type="checkbox" id="single-keys" checked />
        <label for="single-keys">Single keys work</label>
        <p class="help">Turn this off if they get in your way. It is remembered in this browser.</p>
      </div>
    </details>
  );
}
