import type { ParityContext, ParityRow } from '../parity';

export function compareTopology(_context: ParityContext): Promise<readonly ParityRow[]> {
  return Promise.resolve([]);
}
