import type { JsonObject } from '../../../src/domain/json.ts';
import { decide, type DecideCommand } from '../../../src/services/decide.ts';
import { issueStatement } from '../../../src/services/issue.ts';
import { createSoftware } from '../../../src/services/software.ts';
import { submit } from '../../../src/services/submit.ts';
import { expectOk, type TestPerson } from '../../support/issuer.ts';
import type { SeededPeople, Stage } from './stage.ts';

const DAY = 86_400;

/** What people of the seed do all day; each takes a few minutes and must succeed. */
export function handsOf({ issuer, later }: Stage, { reviewer }: SeededPeople) {
  const say = async (by: TestPerson, submissionId: string, command: DecideCommand) => {
    later(expectOk(await decide(issuer, by.actor, submissionId, command)));
    return submissionId;
  };
  return {
    /** @returns its `software_id` */
    create: async (by: TestPerson, publisherId: string, name: string) =>
      later(expectOk(await createSoftware(issuer, by.actor, { publisherId, name })).id),
    /** @returns the id of the submission */
    send: async (
      by: TestPerson,
      softwareId: string,
      sent: { readonly version: string; readonly metadata: JsonObject; readonly note?: string },
    ) => {
      const { version: softwareVersion, metadata, note } = sent;
      return later(
        expectOk(await submit(issuer, by.actor, softwareId, { softwareVersion, metadata, note })).id,
      );
    },
    say,
    approve: (submissionId: string, reason = 'Read, tried, and as announced.') =>
      say(reviewer, submissionId, { verdict: 'approve', reason }),
    /** @returns its `jti` */
    issue: async (by: TestPerson, softwareId: string, days: number, audience?: readonly string[]) => {
      const terms = { lifetimeSeconds: days * DAY, audience };
      return later(expectOk(await issueStatement(issuer, by.actor, softwareId, terms)).statement.jti);
    },
  };
}
