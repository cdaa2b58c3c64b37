import type { ParityContext, ParityRow } from '../parity';

export function compareParameters(_context: ParityContext): Promise<readonly ParityRow[]> {
  return Promise.resolve([]);
}
