/**
 * Runs `work` on every item, at most `limit` at a time. The first failure stops what has not begun, and is thrown when
 * what had begun has ended: nothing goes on behind the caller's back.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    try {
      for (const [index, item] of queue) results[index] = await work(item, index);
    } finally {
      // After a failure the other workers find nothing more to begin.
      for (const _rest of queue);
    }
  };
  const workers = Array.from({ length: Math.min(limit, items.length) }, worker);
  await Promise.allSettled(workers);
  await Promise.all(workers);
  return results;
}
