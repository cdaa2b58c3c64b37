/** Small files beside the state that tell what a command has found. */
import { dirname } from 'node:path';
import { nodeFileSystem } from './file-system';

/** Durable when it resolves; whoever reads sees the old text or the new one. */
export async function writeRecord(path: string, content: object): Promise<void> {
  const temporary = `${path}.tmp`;
  await nodeFileSystem.makeDirectory(dirname(path));
  await nodeFileSystem.write(temporary, `${JSON.stringify(content)}\n`);
  await nodeFileSystem.sync(temporary);
  await nodeFileSystem.rename(temporary, path);
  await nodeFileSystem.syncDirectory(dirname(path));
}
