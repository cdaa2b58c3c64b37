/** The switch as a section of the plan: every effect with its statements and calls, and where the commit point lies. */
import type { PlannedStep, PlanSection } from '../engine/plan';
import { messageOf } from '../engine/errors';
import { sql } from '../engine/context';
import type { Change, StepContext } from '../engine/step';
import { lockTables, unlockTables } from '../mysql/fence-statements';
import {
  probeWrite,
  resetExternalSource,
  setExternalSource,
  startReplication,
  stopReplication,
  useTlsOnChannel,
  writeMarker,
} from '../mysql/statements';
import { dialectOf, parseAuroraVersion } from '../mysql/version';
import { replicaCanUseTls } from '../mysql/channel-security';
import type { ClusterFacts, Direction } from '../state/format';
import type { Side } from '../ports/mysql-server';
import { modifyClusterParameters } from '../aws/calls';
import { aws } from '../engine/context';
import { applicationLocks } from './application-locks';
import { parametersAtRest } from './keep-over-reboots';
import { fenceConfigs, fencingOf } from './fences/fencing';
import { preparingStatements } from './hold-tables';
import { snapshotCall, wantsSnapshot } from './snapshot-at-fence';
import type { SessionKiller } from './kill-sessions';
import { endpointsOf } from './endpoints/endpoints-of';
import { otherSide } from '../steps/channel';
import { servingSide } from '../state/format';

export async function planSwitch(direction: Direction, context: StepContext): Promise<PlanSection> {
  const from: Side = direction === 'cutover' ? 'blue' : 'green';
  const title =
    direction === 'cutover' ? 'Switch writes from blue to green' : 'Go back: switch writes from green to blue';
  const { blue, green } = context.facts();
  if (!blue || !green) {
    return {
      command: direction,
      title,
      steps: ORDER.map((id) =>
        plannedStep(id, direction, { is: 'later', waitsFor: '`npx cdktf deploy` and `npm run apply`', changes: [] }),
      ),
    };
  }
  try {
    const changes = await changesOf(context, from, { blue, green });
    const isNext = servingSide(context.phase) === from;
    return {
      command: direction,
      title,
      steps: ORDER.map((id) =>
        plannedStep(
          id,
          direction,
          isNext
            ? { is: 'needed', changes: changes[id] }
            : { is: 'later', waitsFor: from === 'green' ? 'the cutover' : 'the rollback', changes: changes[id] },
        ),
      ),
    };
  } catch (error) {
    return {
      command: direction,
      title,
      steps: [
        plannedStep('fence', direction, {
          is: 'blocked',
          problems: [{ code: 'check-failed', summary: 'the switch could not be planned', detail: messageOf(error) }],
        }),
      ],
    };
  }
}

type EffectId = 'fence' | 'drain' | 'arm-way-back' | 'open' | 'switch-endpoints' | 'confirm-way-back';
const ORDER: readonly EffectId[] = ['fence', 'drain', 'arm-way-back', 'open', 'switch-endpoints', 'confirm-way-back'];

const TITLES: Readonly<Record<EffectId, (from: Side) => string>> = {
  fence: (from) => `Refuse writes on ${from}, prove it, note its final position`,
  drain: (from) => `Wait until ${otherSide(from)} has applied the final position of ${from}`,
  'arm-way-back': (from) => `Note where the log of ${otherSide(from)} ends: there the way back begins`,
  open: (from) => `Stop the channel of ${otherSide(from)}, let writes in there`,
  'switch-endpoints': (from) => `Point the application at ${otherSide(from)}, then end its sessions on ${from}`,
  'confirm-way-back': (from) =>
    `Turn the channel round and prove it with a row; make the fence of ${from} last over reboots`,
};

/** A plan ends no session. */
const IDLE: SessionKiller = { kill: () => Promise.resolve(), close: () => Promise.resolve() };

async function changesOf(
  context: StepContext,
  from: Side,
  facts: Readonly<Record<Side, ClusterFacts>>,
): Promise<Readonly<Record<EffectId, readonly Change[]>>> {
  const to = otherSide(from);
  const source = await context.mysql.connect(from);
  const replica = await context.mysql.connect(to);
  const endpoints = endpointsOf(context, from, to, '<switch>');
  const unknown = { file: '<position of the open side>', position: 0 };
  const encrypts =
    context.config.replication.tls !== 'off' && replicaCanUseTls(parseAuroraVersion(facts[from].engineVersion));
  const back = setExternalSource(dialectOf(source.version), {
    host: facts[to].endpoint,
    port: facts[to].port,
    user: context.config.replication.user,
    password: '',
    position: unknown,
  });
  const fences = { from: fencingOf(context, source, IDLE), to: fencingOf(context, replica, IDLE) };
  const close = [...fences.from.changes(true), ...sql(from, probeWrite())];
  const direction: Direction = from === 'blue' ? 'cutover' : 'rollback';
  const holds = fenceConfigs(context, from).some(({ kind }) => kind === 'lock-tables');
  return {
    fence: holds
      ? sql(from, ...preparingStatements(context), lockTables([{ schema: '<each schema>', table: '<each table>' }]))
      : close,
    drain: [],
    'arm-way-back': holds ? close : [],
    open: [
      ...sql(to, stopReplication()),
      ...sql(to, ...applicationLocks(context.config, true)),
      ...fences.to.changes(false),
      ...(holds ? sql(from, unlockTables()) : []),
      ...(wantsSnapshot({ config: context.config, direction })
        ? aws(snapshotCall({ ...context, from, id: 'of-this-switch' }, undefined))
        : []),
    ],
    'switch-endpoints': [
      ...(await Promise.all(endpoints.map((endpoint) => endpoint.changes()))).flat(),
      ...sql(to, ...applicationLocks(context.config, false)),
    ],
    'confirm-way-back': [
      ...sql(to, resetExternalSource(dialectOf(replica.version))),
      ...sql(from, back, ...(encrypts ? [useTlsOnChannel()] : []), startReplication()),
      ...sql(
        to,
        writeMarker({
          id: '<switch>',
          lineage: context.lineage,
          direction,
          finalPosition: '<final>',
          reversePosition: '<reverse>',
        }),
      ),
      ...aws(
        ...modifyClusterParameters(facts[from].clusterParameterGroup, parametersAtRest(context.facts(), from, false)),
        ...modifyClusterParameters(facts[to].clusterParameterGroup, parametersAtRest(context.facts(), to, true)),
      ),
    ],
  };
}

function plannedStep(id: EffectId, direction: Direction, check: PlannedStep['check']): PlannedStep {
  const from: Side = direction === 'cutover' ? 'blue' : 'green';
  const isBeforeCommit = id === 'fence' || id === 'drain' || id === 'arm-way-back';
  return {
    id,
    title: TITLES[id](from),
    check,
    blocksWrites: isBeforeCommit || id === 'open' || id === 'switch-endpoints',
    commitPoint: id === 'arm-way-back',
    undo: isBeforeCommit
      ? 'by itself, at any failure: the fence opens again'
      : 'none: `npm run rollback` is a switch of its own',
  };
}
