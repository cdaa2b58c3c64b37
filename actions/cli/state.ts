import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { thisProcess } from '../adapters/this-process';
import { UpgradeError } from '../engine/errors';
import type { RescuableStore } from '../ports/state-store';
import { decodeState } from '../state/encoding';
import type { UpgradeState } from '../state/format';
import { parseStateLocation, S3_LOCATION } from '../state/location';
import { isMissing } from '../state/read';
import { runCommand } from './command';
import { EXIT } from './exit-codes';
import { openStateStore } from './open-state-store';
import type { CommonOptions } from './options';
import { refuseDuringSwitch } from './refuse-during-switch';

interface MigrateOptions extends CommonOptions {
  readonly to?: string;
}

/**
 * Moves the state, under the locks of both places. First the new place has it, then the old one is renamed and a note put
 * in its stead: stopped in between, both have it and the same command ends it.
 */
export async function stateMigrate(options: MigrateOptions): Promise<number> {
  let along: readonly [from: string, to: string] | undefined;
  const exitCode = await runCommand({ verb: 'state migrate', options, access: 'write' }, async (command) => {
    const { config, session, store, printer, context } = command;
    const place = placeOf(options.to ?? '', options.config);
    if (place === config.state) throw samePlace(place);
    refuseDuringSwitch(session.state);
    if (session.state.serial === 0) throw nothingToMove(store.location);
    const target = openStateStore(place, config);
    const lock = await target.lock('state migrate');
    try {
      await refuseForeign(target, session.state);
      const moved: UpgradeState = { ...session.state, serial: session.state.serial + 1 };
      along = [config.besideState, besideOf(place, options.config, config.name)];
      await takeAlong(...along);
      await target.replace(moved);
      const { user, host } = thisProcess.self();
      const kept = await store.leaveNote({
        movedTo: place,
        at: context.clock.now().toISOString(),
        by: `${user}@${host}`,
        name: moved.name,
        lineage: moved.lineage,
        serial: session.state.serial,
      });
      printer.result({
        text: [
          `The state is now at ${place} (serial ${moved.serial}).`,
          `The old one is kept as ${kept ?? store.location}; in its place stands a note that every command refuses.`,
          `Next: set \`state: ${place}\` in ${options.config}, for everybody who works on this upgrade.`,
        ].join('\n'),
        json: { type: 'state-migrated', from: config.state, to: place, serial: moved.serial, kept: kept ?? null },
      });
      return EXIT.done;
    } finally {
      await lock.release();
    }
  });
  // Once more, now with the end of this very command.
  if (exitCode === EXIT.done && along) await takeAlong(...along);
  return exitCode;
}

/** As `state` in upgrade.yaml would be read. */
function placeOf(to: string, configFile: string): string {
  if (S3_LOCATION.test(to)) return to;
  if (/^\w+:\/\//.test(to) || to === '') {
    throw new UpgradeError('there is no such place for a state', {
      code: 'state-place-unknown',
      source: 'user',
      hint: `--to must be s3://bucket/key or a path; it is "${to}". Nothing was changed.`,
    });
  }
  return resolve(dirname(resolve(configFile)), to);
}

/** The new place must be free, or hold what an interrupted migration of this very state has put there. */
async function refuseForeign(target: RescuableStore, state: UpgradeState): Promise<void> {
  const { state: text } = await target.texts();
  if (text === undefined || isReturn(text, state)) return;
  const found = decodeState(text, target.location, state.name);
  if (found.lineage === state.lineage && found.serial <= state.serial + 1) return;
  throw new UpgradeError('there is a state already', {
    code: 'state-place-taken',
    source: 'user',
    hint: `${target.location} holds serial ${found.serial} of lineage ${found.lineage}, not a copy of this state (serial ${state.serial} of lineage ${state.lineage}). Overwriting it would lose what it knows. Choose another place. Nothing was changed.`,
  });
}

/** A note that the state went away from there: it may come back. */
function isReturn(text: string, state: UpgradeState): boolean {
  try {
    const note: unknown = JSON.parse(text);
    return (
      typeof note === 'object' &&
      note !== null &&
      'movedTo' in note &&
      'lineage' in note &&
      note.lineage === state.lineage
    );
  } catch {
    return false;
  }
}

/** Where journal and audit stand once the state is at `place`. */
function besideOf(place: string, configFile: string, name: string): string {
  const location = parseStateLocation(place);
  return location.is === 'file'
    ? location.file
    : resolve(dirname(resolve(configFile)), `.aurora-cutover/${name}.state.json`);
}

/** Where journal and audit change their place they go along, so that the chain goes on. */
async function takeAlong(from: string, to: string): Promise<void> {
  if (from === to) return;
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  for (const suffix of ['.journal', '.audit']) {
    await copyFile(`${from}${suffix}`, `${to}${suffix}`).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }
}

function samePlace(place: string): UpgradeError {
  return new UpgradeError('the state is there already', {
    code: 'state-place-same',
    source: 'user',
    hint: `${place} is where upgrade.yaml says that the state lies. Nothing was changed.`,
  });
}

function nothingToMove(location: string): UpgradeError {
  return new UpgradeError('there is no state to move', {
    code: 'state-missing',
    source: 'user',
    hint: `There is nothing at ${location} yet. Simply name the new place as \`state\` in upgrade.yaml. Nothing was changed.`,
  });
}
