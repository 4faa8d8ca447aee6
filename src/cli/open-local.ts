import { err, ok, type Result } from '../domain/result.ts';
import type { Dependencies } from './dependencies.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { LocalIssuer, LocalRefusal, OnThisMachine } from './local.ts';
import { printer } from './print.ts';

/** Loads the adapters of this machine and reads its environment; says everything that is wrong with it at once. */
export async function openLocal(
  deps: Dependencies,
): Promise<Result<{ readonly local: LocalIssuer; readonly machine: OnThisMachine }, ExitCode>> {
  const local = await deps.local();
  const machine = local.open(deps.environment);
  if (machine.ok) return ok({ local, machine: machine.value });
  const out = printer(deps.stderr, deps.environment);
  for (const { variable, detail } of machine.error) out.paragraph(`imprimatur: ${variable} ${detail}`, 'bad');
  out.line('');
  out.fields(Object.entries(local.variables));
  return err(EXIT.USAGE);
}

/** Says why something on this machine did not happen. */
export function reportLocal(deps: Dependencies, refusal: LocalRefusal): ExitCode {
  printer(deps.stderr, deps.environment).paragraph(`imprimatur: ${refusal.detail}`, 'bad');
  return EXIT.REFUSED;
}
