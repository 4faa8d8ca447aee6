import type { LocalRegistrar } from '../../cli/local-registrar.ts';
import { jsonLog } from '../adapters.ts';
import { openRegistrar } from './open-registrar.ts';
import { readConfig } from './read-config.ts';

/** What the command line does with registrations on this machine. */
export const localRegistrar: LocalRegistrar = {
  open: async ({ config, trust, variables, log }) => {
    const read = readConfig(config, trust);
    return read.ok ? openRegistrar(read.value, variables, log) : read;
  },
  log: jsonLog,
};
