import type { ParityContext, ParityRow } from '../parity';
import { customEndpointRows } from './custom-endpoints';
import { followingSettings } from './following-settings';
import { instanceSettings } from './instance-settings';
import { networkSettings } from './network-settings';
import { observeTopology } from './observe-topology';
import { operationSettings } from './operation-settings';
import { storageSettings } from './storage-settings';
import { rowOf, type Compared, type Setting } from './topology';

const SETTINGS: readonly Setting[] = [
  ...instanceSettings,
  ...networkSettings,
  ...storageSettings,
  ...operationSettings,
  ...followingSettings,
];

/**
 * Clusters and what stands around them. `blocks`: the application would fail, or be less safe, from the first moment on;
 * `warns`: later, or in the operator's hands. Throws what AWS and the servers throw, and `UpgradeError` when a side is not there.
 */
export async function compareTopology(context: ParityContext): Promise<readonly ParityRow[]> {
  return topologyRows(await observeTopology(context));
}

/** Pure. */
export function topologyRows(compared: Compared): readonly ParityRow[] {
  return [...SETTINGS.map((setting) => rowOf(setting, compared)), ...customEndpointRows(compared)];
}
