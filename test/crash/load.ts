import { randomUUID } from 'node:crypto';
import { apiClient, CLIENT_METADATA, textMember, type Answer, type ApiScene } from './api-client.ts';
import type { ClientMemory } from './memory.ts';

/**
 * Several clients at once that issue, revoke and submit until the server is gone. Every answer is remembered; an
 * answer nobody expects of a healthy server is thrown.
 *
 * @param random numbers from 0 to 1
 * @param stopped asked before every request
 */
export async function runClients(
  url: string,
  scene: ApiScene,
  memory: ClientMemory,
  random: () => number,
  stopped: () => boolean,
): Promise<void> {
  const developer = apiClient(url, scene.developerToken);

  async function issue(softwareId: string): Promise<void> {
    const key = randomUUID();
    const path = `/v1/software/${softwareId}/statements`;
    const body = random() < 0.3 ? { audience: ['https://as.example'] } : {};
    memory.unanswered.set(key, { path, body });
    const answer = await developer.call('POST', path, body, { 'idempotency-key': key });
    expectStatus(answer, 201);
    memory.unanswered.delete(key);
    memory.statements.set(textMember(answer, 'jti'), textMember(answer, 'software_statement'));
  }

  async function revoke(jti: string): Promise<void> {
    const body = { reason: 'a client changed its mind' };
    const answer = await developer.call('POST', `/v1/statements/${jti}/revocation`, body);
    // 409: another client, or one whose answer was cut off by a kill, was faster.
    if (answer.status === 409) return;
    expectStatus(answer, 200);
    memory.revoked.add(jti);
  }

  async function submit(softwareId: string): Promise<void> {
    const body = { software_version: randomUUID(), client_metadata: CLIENT_METADATA };
    const answer = await developer.call('POST', `/v1/software/${softwareId}/submissions`, body);
    expectStatus(answer, 201);
    memory.submissions.set(textMember(answer, 'id'), textMember(answer, 'metadata_sha256'));
  }

  async function client(): Promise<void> {
    while (!stopped()) {
      const softwareId = pick(scene.softwareIds, random);
      const jti = pick([...memory.statements.keys()].slice(-200), random);
      const chance = random();
      try {
        if (chance < 0.2 && jti !== undefined) await revoke(jti);
        else if (chance < 0.35) await submit(softwareId ?? '');
        else await issue(softwareId ?? '');
      } catch (error) {
        // `fetch` answers a lost connection with a TypeError.
        if (error instanceof TypeError) return;
        throw error;
      }
    }
  }

  await Promise.all(Array.from({ length: 6 }, client));
}

function expectStatus(answer: Answer, status: number): void {
  if (answer.status !== status)
    throw new Error(`expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
}

function pick<T>(from: readonly T[], random: () => number): T | undefined {
  return from[Math.floor(random() * from.length)];
}

/**
 * Asks again, twice, for what was never answered, with the same Idempotency-Key: whether the first request landed or
 * not, there is one statement.
 */
export async function repeatUnanswered(url: string, scene: ApiScene, memory: ClientMemory): Promise<void> {
  const developer = apiClient(url, scene.developerToken);
  for (const [key, { path, body }] of memory.unanswered) {
    const headers = { 'idempotency-key': key };
    const once = await developer.call('POST', path, body, headers);
    const twice = await developer.call('POST', path, body, headers);
    expectStatus(once, 201);
    expectStatus(twice, 201);
    if (textMember(once, 'jti') !== textMember(twice, 'jti'))
      throw new Error(`two statements for one Idempotency-Key: ${JSON.stringify([once.body, twice.body])}`);
    memory.statements.set(textMember(once, 'jti'), textMember(once, 'software_statement'));
  }
  memory.unanswered.clear();
}
