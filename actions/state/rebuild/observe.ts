/** What the servers and AWS know of an upgrade. Observes only. */
import { limits } from '../../engine/context';
import { UpgradeError } from '../../engine/errors';
import type { StepContext } from '../../engine/step';
import { markerHistory, type MarkerRecord } from '../../mysql/marker-history';
import { serverIdentity, toolTables } from '../../mysql/queries';
import type { Side } from '../../ports/mysql-server';
import { blueIsGone } from '../../steps/blue-is-gone';
import { channelOf, readsFromPeer } from '../../steps/channel';
import { PROBE_USER } from '../../steps/tool-accounts';
import { derivedPassword } from '../../mysql/derived-password';
import { discoverBlue } from '../../steps/prepare/discover-blue';
import { discoverGreen } from '../../steps/replicate/discover-green';
import type { SeenSide } from './derive-phase';

export interface Observed {
  readonly blue: SeenSide | 'stopped' | 'gone';
  readonly green: SeenSide | 'missing';
  /** Newest first, of every lineage. */
  readonly markers: readonly MarkerRecord[];
}

/** Looks at both sides and remembers their facts in the draft. Throws for a side that is there and cannot be asked. */
export async function observeUpgrade(context: StepContext): Promise<Observed> {
  const isGone = await blueIsGone(context);
  const green = await context.aws.rds.cluster(context.config.green.cluster);
  if (green && green.status !== 'available') throw notAvailable('green', green.status);
  if (!isGone) await discoverBlue.do(context);
  if (green) await discoverGreen.do(context);
  const present: readonly Side[] = [...(isGone ? [] : (['blue'] as const)), ...(green ? (['green'] as const) : [])];
  const markers = (await Promise.all(present.map((side) => markersOn(context, side)))).flat();
  return {
    blue: isGone
      ? (await context.aws.rds.cluster(context.config.blue.cluster))
        ? 'stopped'
        : 'gone'
      : await seen(context, 'blue'),
    green: green ? await seen(context, 'green') : 'missing',
    markers: unique(markers).sort((a, b) => (a.at < b.at ? 1 : -1)),
  };
}

/** The first lineage whose password opens the tool's probe account on a side: proof that it is this upgrade's. */
export async function provenLineage(
  context: StepContext,
  sides: readonly Side[],
  lineages: readonly string[],
): Promise<string | undefined> {
  for (const lineage of lineages) {
    for (const side of sides) {
      const master = await context.mysql.masterCredentials(side);
      const password = derivedPassword(master.password, lineage, PROBE_USER);
      if ((await context.mysql.tryLogin(side, { user: PROBE_USER, password })) === 'accepted') return lineage;
    }
  }
  return undefined;
}

async function seen(context: StepContext, side: Side): Promise<SeenSide> {
  const server = await context.mysql.connect(side);
  const { isReadOnly } = await server.read(serverIdentity(), limits(context));
  const channel = await channelOf(context, side);
  if (channel && !readsFromPeer(context, side, channel)) {
    throw new UpgradeError(`${side} follows a server that is not the other side`, {
      code: 'rebuild-unclear',
      source: 'user',
      hint: `${side} reads from ${channel.sourceHost}:${channel.sourcePort}, which is not the other cluster of upgrade.yaml, so nobody can say from here which upgrade it belongs to. Correct \`blue.cluster\` and \`green.cluster\`, or end that replication. Nothing was changed.`,
    });
  }
  return {
    isReadOnly,
    ...(channel
      ? {
          channel: {
            lastError: channel.lastError,
            applied: channel.applied,
          },
        }
      : {}),
  };
}

async function markersOn(context: StepContext, side: Side): Promise<readonly MarkerRecord[]> {
  const server = await context.mysql.connect(side);
  const tables = await server.read(toolTables(), limits(context));
  return tables.includes('marker') ? server.read(markerHistory(), limits(context)) : [];
}

function unique(markers: readonly MarkerRecord[]): MarkerRecord[] {
  return [...new Map(markers.map((marker) => [marker.id, marker])).values()];
}

function notAvailable(side: Side, status: string): UpgradeError {
  return new UpgradeError(`${side} is ${status}`, {
    code: 'rebuild-too-early',
    source: 'aws',
    retryable: true,
    hint: `The state is derived from what both servers show, so ${side} must be \`available\`. Wait for it, then run the command again. Nothing was changed.`,
  });
}
