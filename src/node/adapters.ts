import { randomBytes } from 'node:crypto';
import type { Clock, Log, Random } from '../ports.ts';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Math.floor(Date.now() / 1000),
  nowMilliseconds: () => Date.now(),
};

/** The operating system's randomness. */
export const systemRandom: Random = (octets) => randomBytes(octets);

/** Calls back once after so many milliseconds; gives a way to cancel. */
export function afterMilliseconds(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}

/** Milliseconds a line of the log may wait for others, so that a request does not pay for a write of its own. */
const LOG_DELAY_MILLISECONDS = 50;

let waiting = '';
let timer: NodeJS.Timeout | undefined;

/** One JSON object a line, to standard error; lines that come close together are written together. */
export const jsonLog: Log = (level, event, fields) => {
  waiting += `${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`;
  if (level === 'error') flush();
  else timer ??= setTimeout(flush, LOG_DELAY_MILLISECONDS).unref();
};

process.once('exit', flush);

function flush(): void {
  clearTimeout(timer);
  timer = undefined;
  if (waiting !== '') process.stderr.write(waiting);
  waiting = '';
}
