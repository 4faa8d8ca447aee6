import type { CommandDefinition } from './command.ts';
import { backup, restore } from './commands/backup.ts';
import { completionOf } from './commands/completion.ts';
import { decisionCommands, withdraw } from './commands/decide.ts';
import { doctor } from './commands/doctor.ts';
import { invitationCommands } from './commands/invitation.ts';
import { issue } from './commands/issue.ts';
import { keyCommands } from './commands/keys.ts';
import { ledgerCommands } from './commands/ledger.ts';
import { lint } from './commands/lint.ts';
import { personCommands } from './commands/person.ts';
import { policyCommands } from './commands/policy.ts';
import { publisherCommands } from './commands/publisher.ts';
import { queue } from './commands/queue.ts';
import { registrarCommands } from './commands/registrar.ts';
import { recoverOperator } from './commands/recover-operator.ts';
import { serve } from './commands/serve.ts';
import { show } from './commands/show.ts';
import { softwareCommands } from './commands/software.ts';
import { statementStandingCommands } from './commands/standing.ts';
import { statementCommands } from './commands/statement.ts';
import { submit } from './commands/submit.ts';
import { exchange } from './commands/exchange.ts';
import { initialAccessTokenCommands } from './commands/initial-access-token.ts';
import { tokenCommands } from './commands/token.ts';
import { verify } from './commands/verify.ts';
import { workloadCommands } from './commands/workload.ts';
import { whoami } from './commands/whoami.ts';

/** Every command, in the order help lists them: the journey first, then what operators do. */
export const COMMANDS: readonly CommandDefinition[] = [
  serve,
  whoami,
  ...softwareCommands,
  lint,
  submit,
  withdraw,
  queue,
  show,
  ...decisionCommands,
  issue,
  ...statementCommands,
  verify,
  ...statementStandingCommands,
  ...publisherCommands,
  ...personCommands,
  ...invitationCommands,
  ...tokenCommands,
  ...workloadCommands,
  ...initialAccessTokenCommands,
  exchange,
  ...keyCommands,
  ...policyCommands,
  ...ledgerCommands,
  ...registrarCommands,
  backup,
  restore,
  doctor,
  recoverOperator,
  completionOf(() => COMMANDS),
];
