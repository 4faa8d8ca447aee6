/** Sends the answer on to the application that asked (OAuth 2.0 Form Post Response Mode); without scripts a button does. */

// Coming back by the browser's own button, one is not sent away again.
const [entry] = performance.getEntriesByType('navigation');
if (!(entry instanceof PerformanceNavigationTiming) || entry.type !== 'back_forward')
  document.querySelector<HTMLFormElement>('form[data-form-post]')?.requestSubmit();
