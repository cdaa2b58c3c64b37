import { readFile } from 'node:fs/promises';
import { thisProcess } from '../adapters/this-process';
import { UpgradeError } from '../engine/errors';
import { decodeState } from '../state/encoding';
import { memoryStore } from '../state/memory-store';
import { rebuildState } from '../state/rebuild/rebuild';
import { salvage } from '../state/rebuild/salvage';
import { switchLocks } from '../cutover/locks';
import { StateSession } from '../state/state-session';
import type { UpgradeState } from '../state/format';
import { formatPosition } from '../mysql/position';
import { approve } from './approve';
import { runCommand, type Command } from './command';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';
import { auditOf } from './record';

/** `status --rebuild-state`: writes a new state from what the servers show; what was there is kept beside it. */
export function rebuild(options: CommonOptions): Promise<number> {
  const open = (): Promise<StateSession> => StateSession.open(memoryStore(), '');
  return runCommand({ verb: 'status', options, access: 'write', open }, async (command) => {
    const { store, config, session, context, printer, interrupt } = command;
    await session.update((state) => ({ ...state, name: config.name }));
    const texts = await store.texts();
    refuseMoved(texts.state, store.location);
    const audit = await readFile(auditOf(config.besideState), 'utf8').catch(() => undefined);
    const salvaged = salvage([texts.state, texts.backup, audit], config.name);
    const locks = switchLocks(await serversThatAreThere(command));
    try {
      await locks.take();
      const { state, open: openSteps } = await rebuildState(context, session, { salvaged, by: operator() });
      printer.result({ text: described(state, openSteps), json: { type: 'rebuilt-state', state, open: openSteps } });
      const trusted = salvaged.trusted;
      if (texts.state !== undefined && trusted && isWhole(texts.state, trusted)) {
        await approve(
          options,
          `The state at ${store.location} can be read (serial ${trusted.serial}, ${trusted.phase}). Replace it?`,
          'yes',
          interrupt,
        );
      }
      const replaced = await store.replace(state);
      // For what is recorded and told of how this command ended.
      await session.update(() => state);
      printer.result({
        text:
          `Written to ${store.location} as serial ${state.serial}.` +
          (replaced === undefined ? '' : ` What was there is kept in ${replaced}.`) +
          ' Next: `npm run status`.',
        json: { type: 'state-replaced', location: store.location, serial: state.serial, kept: replaced ?? null },
      });
      return EXIT.done;
    } finally {
      await locks.release();
    }
  });
}

/** A state that was moved is not lost: deriving another one would give the upgrade two. */
function refuseMoved(text: string | undefined, location: string): void {
  try {
    if (text !== undefined) decodeState(text, location);
  } catch (error) {
    if (error instanceof UpgradeError && error.code === 'state-moved-away') throw error;
  }
}

/** The advisory locks of a switch: while somebody switches from elsewhere, what is seen now is not how it ends. */
async function serversThatAreThere({ context, config }: Command): Promise<Parameters<typeof switchLocks>[0]> {
  const servers = [];
  for (const [side, id] of [
    ['blue', config.blue.cluster],
    ['green', config.green.cluster],
  ] as const) {
    if ((await context.aws.rds.cluster(id))?.status === 'available') servers.push(await context.mysql.connect(side));
  }
  return servers;
}

function isWhole(text: string, trusted: UpgradeState): boolean {
  return new RegExp(`"serial"\\s*:\\s*${trusted.serial}\\b`).test(text);
}

function operator(): string {
  const { user, host } = thisProcess.self();
  return `${user}@${host}`;
}

function described(state: UpgradeState, open: readonly { readonly id: string; readonly why: string }[]): string {
  const { rebuilt, facts, cutover } = state;
  const start = Object.entries(facts.channelStart ?? {}).map(([side, at]) => `${side} from ${formatPosition(at)}`);
  return [
    `${state.name} is ${state.phase}${cutover ? `, and a ${cutover.direction} was under way` : ''}: ${rebuilt?.because ?? ''}.`,
    `lineage   ${state.lineage} (${LINEAGE[rebuilt?.lineageFrom ?? 'new']})`,
    `steps     ${Object.keys(state.steps).length} done`,
    ...open.map(({ id, why }) => `  open    ${id}: ${why}`),
    ...(start.length > 0 ? [`channel   ${start.join(', ')}`] : []),
    ...state.history.map(({ direction, outcome, endedAt }) => `history   ${direction} ${outcome} at ${endedAt}`),
    ...(rebuilt?.unknown ?? []).map((unknown) => `unknown   ${unknown}`),
  ].join('\n');
}

const LINEAGE = {
  'old-state': 'named by what is left of the old state',
  servers: 'recorded on the servers',
  new: 'new: no trace of the old one is left',
} as const;
