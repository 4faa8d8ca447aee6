import { jsonLog } from '../../src/node/adapters.ts';
import { readEnvironment } from '../../src/node/environment.ts';
import { serve } from '../../src/node/serve.ts';

/**
 * A server process for tests that kill it: the real composition, told to stop by SIGTERM. One JSON line on standard
 * output says that it listens.
 */
const environment = readEnvironment(process.env);
if (!environment.ok) refuse(JSON.stringify(environment.error));
else {
  const serving = await serve(environment.value, jsonLog);
  if (!serving.ok) refuse(serving.error.detail);
  else {
    const { url, issuer, founding } = serving.value;
    process.stdout.write(`${JSON.stringify({ url, issuer, founding })}\n`);
    process.once('SIGTERM', () => void serving.value.stop().then(() => process.exit(0)));
  }
}

function refuse(detail: string): void {
  process.stderr.write(`imprimatur: ${detail}\n`);
  process.exitCode = 1;
}
