/** Takes a place, in order of asking; gives the function that leaves it. Rejects when `signal` is aborted while waiting. */
export type TakePlace = (signal: AbortSignal) => Promise<() => void>;

/** A bounded number of places: strangers cannot make more than `count` connections be open at once. */
export function createPlaces(count: number): TakePlace {
  let free = count;
  // A set keeps the order in which its members came.
  const waiting = new Set<() => void>();
  const leave = () => {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  };
  return (signal) => {
    if (free > 0) {
      free -= 1;
      return Promise.resolve(leave);
    }
    return new Promise((resolve, reject) => {
      const enter = () => {
        waiting.delete(enter);
        signal.removeEventListener('abort', giveUp);
        resolve(leave);
      };
      const giveUp = () => {
        waiting.delete(enter);
        reject(new Error('no place became free in time'));
      };
      waiting.add(enter);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  };
}
