import { expect } from 'vitest';
import type { JsonValue } from '../../../../src/domain/json.ts';
import type { Answer, Scene } from '../../support/scene.ts';
import { changingNothing } from '../../management/support/clients.ts';

/** Registers what is to be refused with 400, fails the test when it is not or when anything stored changed, and gives the answer. */
export async function refused(at: Scene, body: JsonValue, token?: string): Promise<Answer> {
  const answer = await changingNothing(at, () => at.register(body, token));
  expect(answer.status).toBe(400);
  return answer;
}

/** Why the last request was refused, as the operator's log was told. */
export function reasonTold({ told }: Pick<Scene, 'told'>): unknown {
  return told.at(-1)?.[1]['reason'];
}
