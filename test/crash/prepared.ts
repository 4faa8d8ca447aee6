import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiClient, makeApiScene, textMember, type ApiScene } from './api-client.ts';
import { end, startServer, type Script } from '../support/server-process.ts';
import { makeDirectories, type Directories } from './directories.ts';
import { emptyMemory, type ClientMemory } from './memory.ts';

/** An issuer that was founded, has issued statements and was stopped. */
export type Prepared = {
  readonly directories: Directories;
  readonly scene: ApiScene;
  readonly memory: ClientMemory;
};

/** @param root where its directories lie */
export async function prepare(script: Script, root?: string): Promise<Prepared> {
  const directories = makeDirectories(root);
  const server = startServer({ script: script.path, environment: directories.environment });
  const { url, founding } = await server.ready;
  if (!founding.founded || founding.setupToken === undefined) throw new Error('no set-up token was shown');
  const scene = await makeApiScene(url, founding.setupToken, 1);
  const memory = emptyMemory();
  for (let i = 0; i < 3; i += 1) await issueOne(url, scene, memory);
  await end(server, 'SIGTERM');
  return { directories, scene, memory };
}

/** The same issuer in directories of its own, to be damaged. */
export function copyOf({ directories, scene, memory }: Prepared): Prepared {
  const root = mkdtempSync(join(tmpdir(), 'imprimatur-crash-'));
  const copy = makeDirectories(root);
  cpSync(directories.data, copy.data, { recursive: true });
  cpSync(directories.keys, copy.keys, { recursive: true, preserveTimestamps: true });
  const { IMPRIMATUR_DATA, IMPRIMATUR_KEYS } = copy.environment;
  const environment = {
    ...directories.environment,
    IMPRIMATUR_DATA: IMPRIMATUR_DATA ?? '',
    IMPRIMATUR_KEYS: IMPRIMATUR_KEYS ?? '',
  };
  return { directories: { ...copy, environment }, scene, memory };
}

/** Issues one statement and remembers it; gives the status and media type of the answer. */
export async function issueOne(
  url: string,
  scene: ApiScene,
  memory: ClientMemory,
): Promise<{ readonly status: number; readonly type: string; readonly jwt: string | undefined }> {
  const path = `/v1/software/${scene.softwareIds[0]}/statements`;
  const answer = await apiClient(url, scene.developerToken).call('POST', path, {});
  const { status, type } = answer;
  if (status !== 201) return { status, type, jwt: undefined };
  const jwt = textMember(answer, 'software_statement');
  memory.statements.set(textMember(answer, 'jti'), jwt);
  return { status, type, jwt };
}
