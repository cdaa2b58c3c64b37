/** Every step, in the order in which they run. */
import type { Step, StepPhase } from '../engine/step';
import { createReplicationAccounts } from './prepare/create-replication-accounts';
import { createToolSchemaOnBlue } from './prepare/create-tool-schema';
import { discoverBlue } from './prepare/discover-blue';
import { enableBinlogOnBlue } from './prepare/enable-binlog-on-blue';
import { planGreenParameters } from './prepare/plan-green-parameters';
import { setBinlogRetentionOnBlue } from './prepare/set-binlog-retention-on-blue';
import { applyGreenChanges } from './replicate/apply-green-changes';
import { captureStartPosition } from './replicate/capture-start-position';
import { catchUp } from './replicate/catch-up';
import { discoverGreen } from './replicate/discover-green';
import { replicateFromBlue } from './replicate/replicate-from-blue';
import { setBinlogRetentionOnGreen } from './replicate/set-binlog-retention-on-green';
import { rebootGreen } from './replicate/reboot-green';
import { verifyGreenVersion } from './replicate/verify-green-version';
import { verifyGreenSettings } from './replicate/verify-green-settings';
import { dropToolAccounts } from './finalize/drop-tool-accounts';
import { endReverseChannel } from './finalize/end-reverse-channel';
import { restoreRetention } from './finalize/restore-retention';
import { stopBlue } from './finalize/stop-blue';

export const catalogue: readonly Step[] = [
  discoverBlue,
  enableBinlogOnBlue,
  setBinlogRetentionOnBlue,
  createToolSchemaOnBlue,
  createReplicationAccounts,
  planGreenParameters,
  discoverGreen,
  captureStartPosition,
  verifyGreenVersion,
  rebootGreen,
  verifyGreenSettings,
  setBinlogRetentionOnGreen,
  replicateFromBlue,
  catchUp,
  applyGreenChanges,
  endReverseChannel,
  dropToolAccounts,
  restoreRetention,
  stopBlue,
];

export function stepsOf(phase: StepPhase): readonly Step[] {
  return catalogue.filter((step) => step.phase === phase);
}
