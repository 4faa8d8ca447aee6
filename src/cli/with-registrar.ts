import type { Result } from '../domain/result.ts';
import type { RegistrationRefusal } from '../kit/registration/refusal.ts';
import type { Dependencies } from './dependencies.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { many, option, type Get } from './inputs.ts';
import type { OpenRegistrar } from './local-registrar.ts';
import { reportLocal } from './open-local.ts';
import { printer } from './print.ts';

/** Inputs of every command about registrations. */
export const CONFIG = option(
  '--config <file>',
  'configuration as JSON; without one, defaults for this machine (docs/registrar.md)',
);
export const TRUST = many(
  '--trust <issuer>',
  'issuer whose software statements count, beside the configured ones',
);

/** Opens the registration server's database and keys, does something, and lets go. The server may be running meanwhile. */
export async function withRegistrar(
  get: Get,
  deps: Dependencies,
  run: (open: OpenRegistrar) => Promise<ExitCode>,
  options: { readonly trust?: readonly string[]; readonly logs?: boolean } = {},
): Promise<ExitCode> {
  const local = await deps.registrar();
  const opened = await local.open({
    config: get(CONFIG),
    trust: options.trust ?? [],
    variables: deps.environment,
    log: options.logs === true ? local.log : () => undefined,
  });
  if (!opened.ok) {
    reportLocal(deps, opened.error);
    return opened.error.code === 'config' ? EXIT.USAGE : EXIT.REFUSED;
  }
  const notes = printer(deps.stderr, deps.environment);
  for (const warning of opened.value.warnings) notes.paragraph(`imprimatur: ${warning}`, 'warning');
  try {
    return await run(opened.value);
  } finally {
    await opened.value.close();
  }
}

/** Prints what was done, or why it was not. */
export function settle<T>(
  deps: Dependencies,
  result: Result<T, RegistrationRefusal>,
  show: (value: T) => void,
): ExitCode {
  if (result.ok) {
    show(result.value);
    return EXIT.OK;
  }
  printer(deps.stderr, deps.environment).paragraph(`imprimatur: ${result.error.description}`, 'bad');
  return EXIT.REFUSED;
}

/** Prints one JSON value a line, for programs. */
export function printJson(deps: Dependencies, value: unknown): void {
  deps.stdout.write(`${JSON.stringify(value)}\n`);
}
