/** Does something with every item, so many at a time, in order. The first failure is thrown once nothing is under way any more. */
export async function forEachAtMost<T>(
  count: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const settled = await Promise.allSettled(
    Array.from({ length: Math.min(count, items.length) }, async () => {
      // Everybody takes from the same iterator, so that each item is taken once.
      for (const item of left) await work(item);
    }),
  );
  const failed = settled.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
