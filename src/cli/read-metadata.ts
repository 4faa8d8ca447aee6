import { findPrivateKeys } from '../domain/client-metadata/check-keys.ts';
import type { JsonValue } from '../domain/json.ts';
import { err, type Result } from '../domain/result.ts';
import { JSON_FLAG } from './command.ts';
import type { Dependencies } from './dependencies.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Get } from './inputs.ts';
import { printer } from './print.ts';
import { readJsonFile } from './read-json.ts';
import { printFindings } from './report.ts';

const MAX_DEPTH = 18;

/** Reads client metadata from a file, or says why it cannot be read. */
export async function readMetadata(deps: Dependencies, file: string): Promise<Result<JsonValue, ExitCode>> {
  const read = await readJsonFile(deps, file);
  if (read.ok) return read;
  printer(deps.stderr, deps.environment).paragraph(`imprimatur: ${read.error.detail}`, 'bad');
  return err(read.error.kind === 'content' ? EXIT.REFUSED : EXIT.USAGE);
}

/** Reads client metadata that is about to be sent: private keys must not leave the machine even to be refused. */
export async function readMetadataToSend(
  get: Get,
  deps: Dependencies,
  file: string,
): Promise<Result<JsonValue, ExitCode>> {
  const read = await readMetadata(deps, file);
  if (!read.ok) return read;
  const errors = findPrivateKeys(read.value, '', MAX_DEPTH).map(({ rule, severity, pointer, spec }) => {
    const detail = 'This belongs to a private or symmetric key. Submit the public half of the key alone.';
    return { rule, severity, pointer, detail, spec };
  });
  if (errors.length === 0) return read;
  const title = 'Private keys stay here: nothing was sent';
  if (get(JSON_FLAG)) deps.stdout.write(`${JSON.stringify({ title, acceptable: false, errors })}\n`);
  else {
    const out = printer(deps.stderr, deps.environment);
    out.line(`${title}.`, 'bad');
    out.line('');
    printFindings(out, errors);
  }
  return err(EXIT.REFUSED);
}
