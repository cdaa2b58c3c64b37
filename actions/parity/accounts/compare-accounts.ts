import type { ParityContext, ParityRow } from '../parity';

export function compareAccounts(_context: ParityContext): Promise<readonly ParityRow[]> {
  return Promise.resolve([]);
}
