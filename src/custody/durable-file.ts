import { randomBytes } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Marks a file that is being erased; whoever opens the directory next finishes the work. */
const ERASING = '.erasing-';

/**
 * Writes a new file, mode 0600, in a directory: whole under its name or not there at all, also after a power cut.
 * Throws the system's error and leaves nothing behind when it cannot.
 */
export async function writeDurably(directory: string, name: string, text: string): Promise<void> {
  const temporary = join(directory, `.${name}.${randomBytes(4).toString('hex')}`);
  const file = await open(temporary, 'wx', 0o600);
  try {
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(directory, name));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(directory);
}

/**
 * Overwrites and removes a file; nothing when it is not there. It loses its name first: a crash while it is half
 * overwritten must not leave a damaged file under a name that counts.
 */
export async function eraseDurably(directory: string, name: string): Promise<void> {
  if (await unlessAbsent(rename(join(directory, name), join(directory, ERASING + name))))
    await syncDirectory(directory);
  await eraseMarked(directory, ERASING + name);
}

/** Finishes what a crash interrupted. */
export async function finishErasing(directory: string): Promise<void> {
  for (const name of await readdir(directory))
    if (name.startsWith(ERASING)) await eraseMarked(directory, name);
}

async function eraseMarked(directory: string, marked: string): Promise<void> {
  const path = join(directory, marked);
  if (!(await unlessAbsent(overwrite(path)))) return;
  await rm(path, { force: true });
  await syncDirectory(directory);
}

async function overwrite(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    await file.write(randomBytes(size), 0, size, 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function unlessAbsent(work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
