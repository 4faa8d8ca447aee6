/**
 * Waits for some work, though never beyond a deadline: rejects as soon as `signal` is aborted, whether the work heeds the signal or not. A server
 * can leave a request in a state that gives neither a response nor an error, so that heeding alone is not enough.
 */
export async function withinDeadline<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const settled = new AbortController();
  const passed = new Promise<never>((_resolve, reject) => {
    const refuse = () => reject(new Error('the deadline has passed'));
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse, { once: true, signal: settled.signal });
  });
  try {
    // The race also hears of work that fails after the deadline: nothing is left for the process to stumble over.
    return await Promise.race([work, passed]);
  } finally {
    settled.abort();
  }
}
