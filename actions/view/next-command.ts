/** What an operator does next, and why. Pure. */
import type { UpgradeState } from '../state/format';
import type { ChannelStatus, SideStatus, StatusReport } from './status-report';

export function nextCommand(
  state: Pick<UpgradeState, 'phase' | 'cutover'>,
  { blue, green }: { readonly blue: SideStatus; readonly green: SideStatus },
  channel: ChannelStatus | undefined,
): StatusReport['next'] {
  const { phase, cutover } = state;
  if (cutover) {
    const why =
      cutover.state === 'opening' || cutover.resumeAt === 'opening'
        ? 'it is past the commit point: the same command completes it'
        : 'it has not committed: the same command undoes what is left of it';
    return { command: `npm run ${cutover.direction}`, why };
  }
  switch (phase) {
    case 'new':
      return { command: 'npm run apply', why: 'blue is not prepared yet' };
    case 'prepared':
      return green.is === 'missing'
        ? { command: 'npx cdktf deploy', why: 'blue is prepared; Terraform creates green' }
        : { command: 'npm run apply', why: 'green is there; replication is not proven yet' };
    case 'replicating':
    case 'rolled-back':
      return channel?.isRunning === true
        ? { command: 'npm run cutover', why: 'green follows blue' }
        : { command: 'npm run apply', why: 'green does not follow blue; apply repairs or names the cause' };
    case 'switched':
      return channel?.isRunning === true
        ? {
            command: 'npm run finalize',
            why: 'green serves; `npm run rollback` goes back without losing a write while blue follows',
          }
        : {
            command: 'npm run status',
            why: 'GOING BACK IS NOT SAFE NOW: blue does not follow green; cure the error of the channel first',
          };
    case 'finalized':
      if (blue.is === 'missing')
        return { command: 'npx cdktf diff', why: 'the upgrade has ended: Terraform owns green' };
      return {
        command: 'npm run finalize -- --delete',
        why: 'blue is stopped; RDS starts it again after 7 days. Deleting it ends the upgrade',
      };
  }
}
