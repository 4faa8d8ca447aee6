import { isJsonObject, parseJson, textMember } from '../../domain/json.ts';
import { JSON_FLAG, type CommandDefinition } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { option } from '../inputs.ts';
import { number } from '../members.ts';
import { printer, progressOn } from '../print.ts';
import { instant } from '../terminal-text.ts';
import { CONFIG, printJson, withRegistrar } from '../with-registrar.ts';

const CLIENT = option('--client <client_id>', 'about this client only');

const show: CommandDefinition = {
  path: 'registrar audit',
  summary: 'Print the audit log, oldest first: every registration and every change with its reason',
  description: 'With --json, one record a line, exactly as it is hashed.',
  inputs: [CLIENT, CONFIG],
  examples: ['registrar audit', 'registrar audit --client 01900000-0000-7000-8000-000000000007 --json'],
  remote: false,
  run: (get, deps) =>
    withRegistrar(get, deps, async ({ entries }) => {
      const [wanted, json] = [get(CLIENT), get(JSON_FLAG)];
      const out = printer(deps.stdout, deps.environment);
      let shown = 0;
      for await (const { seq, text } of entries()) {
        const parsed = parseJson(text, { maxDepth: 64 });
        const record = parsed.ok && isJsonObject(parsed.value) ? parsed.value : {};
        const client = textMember(record, 'client_id');
        if (wanted !== undefined && client !== wanted) continue;
        shown += 1;
        if (json) deps.stdout.write(`${text}\n`);
        else
          out.line(
            [String(seq), instant(number(record, 'at') ?? 0), textMember(record, 'kind'), client]
              .filter((part) => part !== '')
              .join('  '),
          );
      }
      if (shown === 0 && !json) out.line('No records.');
      return EXIT.OK;
    }),
};

const verify: CommandDefinition = {
  path: 'registrar audit-verify',
  summary: 'Recompute the audit log and name the first record or checkpoint that does not hold',
  inputs: [CONFIG],
  examples: ['registrar audit-verify'],
  remote: false,
  run: (get, deps) =>
    withRegistrar(get, deps, async (open) => {
      const progress = progressOn(deps.stderr);
      const verified = await open.verify((count) => progress.show(`${count} records`));
      progress.end();
      const out = printer(deps.stdout, deps.environment);
      if (get(JSON_FLAG)) {
        printJson(
          deps,
          verified.ok ? { whole: true, ...verified.value } : { whole: false, ...verified.error },
        );
        return verified.ok ? EXIT.OK : EXIT.REFUSED;
      }
      if (!verified.ok) {
        const { error } = verified;
        const place =
          error.what === 'entry' ? `record ${error.seq}` : `the checkpoint over ${error.size} records`;
        out.paragraph(`✗ ${place}: ${error.detail}`, 'bad');
        return EXIT.REFUSED;
      }
      const { entries, checkpoints, unsealed } = verified.value;
      out.line(`✓ ${entries} records under ${checkpoints} checkpoints, ${unsealed} not sealed yet.`, 'good');
      return EXIT.OK;
    }),
};

export const registrarAuditCommands: readonly CommandDefinition[] = [show, verify];
