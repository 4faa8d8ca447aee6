import type { JsonObject } from '../domain/json.ts';

const MAX_FRAMES = 12;

/**
 * What is logged of an exception: the first line of what it and its cause say, and where it arose. Later lines are
 * left out, because a database driver puts the values of the failed query there.
 */
export function describeError(error: unknown): JsonObject {
  if (!(error instanceof Error)) return { error: `a thrown ${typeof error}` };
  const cause = error.cause instanceof Error ? { cause: firstLine(error.cause) } : {};
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    error: firstLine(error),
    ...cause,
    frames: frames.slice(0, MAX_FRAMES).map((frame) => frame.trim()),
  };
}

function firstLine(error: Error): string {
  return `${error.name}: ${error.message.split('\n', 1)[0] ?? ''}`;
}
