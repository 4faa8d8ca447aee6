import { randomBytes } from 'node:crypto';
import type { Clock, Log, Random } from '../ports.ts';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Math.floor(Date.now() / 1000),
  nowMilliseconds: () => Date.now(),
};

/** The operating system's randomness. */
export const systemRandom: Random = (octets) => randomBytes(octets);

/** One JSON object a line, to standard error. */
export const jsonLog: Log = (level, event, fields) => {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields })}\n`);
};
