import { clusterFacts, problem } from '../../engine/context';
import type { Step } from '../../engine/step';
import { observeCluster } from '../observe-cluster';

/**
 * Postcondition: green really runs the target version.
 * Observed in RDS's description of the cluster *and* its writer: a restore whose upgrade failed comes up `available` on the
 * old version. A clone is made at blue's version and upgraded by the next deploy.
 * Undo leaves nothing behind: it only looks.
 */
export const verifyGreenVersion: Step = {
  id: 'verify-green-version',
  phase: 'replicate',
  title: 'Prove that green runs the target version',
  onlyLooks: true,
  async check(context) {
    if (!context.facts().green) return { is: 'later', waitsFor: '`npx cdktf deploy`', changes: [] };
    const observed = await observeCluster(context, context.config.green.cluster);
    if (observed.is !== 'ready') return { is: 'later', waitsFor: 'green to be available', changes: [] };
    const wanted = context.config.green.engineVersion;
    const found = [observed.cluster.engineVersion, observed.writer.engineVersion];
    if (found.every((version) => version === wanted))
      return { is: 'done', evidence: `cluster and writer run ${wanted}` };
    const isPlainClone =
      context.config.green.source === 'clone' &&
      found.every((version) => version === clusterFacts(context, 'blue').engineVersion);
    if (isPlainClone)
      return { is: 'later', waitsFor: '`npx cdktf deploy` once more: it upgrades the clone', changes: [] };
    return {
      is: 'blocked',
      problems: [
        problem(
          'green-not-upgraded',
          'green came up on another version than the target',
          `Green runs ${found.join(' / ')}, not ${wanted}: its prechecks failed during the restore, and such a cluster cannot be retried. Read upgrade-prechecks.log of its writer in the RDS console, cure blue, destroy green with Terraform, take a new snapshot and deploy again.`,
        ),
      ],
    };
  },
  async do() {
    // Never needed: the check says done, later or blocked.
  },
};
