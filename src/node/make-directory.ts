import { mkdirSync } from 'node:fs';
import { err, ok, type Result } from '../domain/result.ts';

/** Makes a directory that only its owner can read, unless it is there. Code `data_directory`. */
export function makeDirectory(
  path: string,
): Result<void, { readonly code: string; readonly detail: string }> {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return ok(undefined);
  } catch (error) {
    return err({ code: 'data_directory', detail: `cannot use the data directory ${path}: ${String(error)}` });
  }
}
