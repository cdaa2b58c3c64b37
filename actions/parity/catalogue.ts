import { compareAccounts } from './accounts/compare-accounts';
import { compareParameters } from './parameters/compare-parameters';
import { intend, type Compare, type ParityContext, type ParityPart, type ParityReport } from './parity';
import { compareTopology } from './topology/compare-topology';

const PARTS: Readonly<Record<ParityPart, Compare>> = {
  accounts: compareAccounts,
  parameters: compareParameters,
  topology: compareTopology,
};

/** Observes only. Throws what the servers and AWS throw. */
export async function compareParity(context: ParityContext, part: ParityPart): Promise<ParityReport> {
  return { part, rows: intend(await PARTS[part](context), context.config.verify.intended) };
}
