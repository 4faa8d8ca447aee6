import { JSON_FLAG, type CommandDefinition } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { openLocal } from '../open-local.ts';
import { printer, progressOn } from '../print.ts';

const SIGNS = { ok: ['✓', 'good'], warning: ['!', 'warning'], damaged: ['✗', 'bad'] } as const;

export const doctor: CommandDefinition = {
  path: 'doctor',
  summary: 'Look at everything this machine holds of the issuer and say whether it is whole',
  description: 'Changes nothing; may run while a server serves. Ends with 1 when something is damaged.',
  inputs: [],
  examples: ['doctor', 'doctor --json'],
  remote: false,
  run: async (get, deps) => {
    const opened = await openLocal(deps);
    if (!opened.ok) return opened.error;
    const progress = progressOn(deps.stderr);
    const findings = await opened.value.machine.doctor(progress.show);
    progress.end();
    const whole = findings.every(({ state }) => state !== 'damaged');
    if (get(JSON_FLAG)) deps.stdout.write(`${JSON.stringify({ whole, findings })}\n`);
    else {
      const out = printer(deps.stdout, deps.environment);
      for (const { check, state, detail } of findings) {
        const [sign, tone] = SIGNS[state];
        out.paragraph(`${sign} ${check}: ${detail}`, tone, 0, 2);
      }
      out.line('');
      out.line(
        whole ? 'All is whole.' : 'Something is damaged. Stop serving, keep the files, look into the backup.',
        'strong',
      );
    }
    return whole ? EXIT.OK : EXIT.REFUSED;
  },
};
