/** `verify --accounts`, `--parameters`, `--topology`: what stands around the data. */
import { compareParity } from '../parity/catalogue';
import type { ParityPart } from '../parity/parity';
import { renderParity } from '../view/parity-text';
import type { Command } from './command';
import { EXIT } from './exit-codes';

/** Exit 0: nothing blocks; 3: something does. */
export async function verifyParity({ context, printer }: Command, parts: readonly ParityPart[]): Promise<number> {
  let blocks = false;
  for (const part of parts) {
    const report = await compareParity(context, part);
    printer.result({ text: renderParity(report), json: { type: 'parity', ...report } });
    blocks ||= report.rows.some(({ verdict }) => verdict === 'blocks');
  }
  return blocks ? EXIT.refused : EXIT.done;
}
