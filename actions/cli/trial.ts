/** The verb `trial`: a test suite of the operator's own on a clone of green, which is made for it and deleted after it. */
import { createDialler } from '../adapters/mysql-dial';
import { openMysql2Server } from '../adapters/mysql-server';
import { systemClock } from '../adapters/system-clock';
import { greenNames } from '../config/names';
import { limits } from '../engine/context';
import { UpgradeError } from '../engine/errors';
import type { Cluster } from '../ports/aws';
import type { MysqlServer } from '../ports/mysql-server';
import { cloneOf, writerOf } from '../scratch/clone';
import { onThrowAway, removeThrowAway, type ThrowAwayPlan, type ThrowAwayRemains } from '../scratch/throw-away-cluster';
import { runHook } from '../trial/run-hook';
import { standAlone } from '../trial/stand-alone';
import {
  findTrialClone,
  groupOfItsOwn,
  instanceGroupOf,
  refuseClaimed,
  trialName,
  trialTags,
  type GroupOfItsOwn,
  type TrialClone,
} from '../trial/trial-clone';
import { changesHash, trialFile, writeTrial, type TrialResult } from '../trial/trial-file';
import { renderTrial } from '../view/trial-text';
import { runCommand, type Command } from './command';
import { EXIT } from './exit-codes';
import type { CommonOptions } from './options';
import { throwAwayPorts } from './throw-away-ports';
import { self, takeTrialLock } from './trial-lock';

export interface TrialOptions extends CommonOptions {
  /** Leave the clone until it expires. */
  readonly keep?: boolean;
  /** Delete what an earlier trial left, and nothing else. */
  readonly clean?: boolean;
}

const CONNECT_TRIES = 20;
const CONNECT_PAUSE_MS = 3_000;
/** STOP REPLICA waits for the transaction that is being applied. */
const STATEMENT_MS = 60_000;

/** Exit 0: passed, or nothing to clean; 1: it did not pass. */
export function trial(options: TrialOptions): Promise<number> {
  return runCommand({ verb: 'trial', options, access: 'read' }, async (command) => {
    const { config } = command;
    if (options.clean === true && options.keep === true) throw usage('--clean and --keep do not go together');
    const lock = await takeTrialLock(config.besideState);
    try {
      return options.clean === true ? await clean(command) : await carryOut(command, options);
    } finally {
      await lock.release();
    }
  });
}

async function carryOut(command: Command, options: TrialOptions): Promise<number> {
  const { config, context, printer } = command;
  const words = config.trial.command;
  if (words === undefined) throw usage('there is nothing to try: trial.command is not set');
  const green = await greenOf(command);
  // Before the clone: a change that is made from here on may not be on it.
  const changes = changesHash(context.facts());
  const now = context.clock.now();
  const kept: TrialClone = {
    cluster: trialName(config.name).id,
    expiresAt: new Date(now.getTime() + config.trial.expiry).toISOString(),
    isExpired: false,
    isKept: options.keep === true,
    madeBy: self(),
  };
  const cleaning = cleaningPlan(command, green.parameterGroup);
  refuseClaimed(await findTrialClone(cleaning.ports.tags, config.name, now), kept.madeBy);
  const writer = await writerOf(cleaning.ports.aws, green);
  const instanceGroup = instanceGroupOf(writer);
  const plan: ThrowAwayPlan = {
    ...cleaning,
    signal: command.interrupt,
    title: `Cloning ${green.id}`,
    instanceClass: () => Promise.resolve(config.trial.instanceClass ?? writer.instanceClass),
    ...(instanceGroup === undefined ? {} : { instanceParameterGroup: instanceGroup }),
    create: cloneOf(green, cleaning.belongings.group),
    moreTags: trialTags(kept),
    isKept: () => kept.isKept && !command.interrupt.aborted,
  };
  const result = await onThrowAway(plan, (clone) => tryOn(command, { clone, green, changes, words, kept }));
  const left = kept.isKept ? kept : undefined;
  printer.result({ text: renderTrial(result, left), json: { ...result, ...(left ? { clone: left } : {}) } });
  return result.outcome === 'passed' ? EXIT.done : EXIT.failed;
}

/** Whatever state a trial of any machine has left it in; green itself may be gone by now. */
async function clean(command: Command): Promise<number> {
  const wasThere = await removeThrowAway(cleaningPlan(command, ''));
  const text = wasThere ? 'The clone has been deleted.' : 'There is no clone of a trial.';
  command.printer.result({ text, json: { type: 'trial-clean', deleted: wasThere } });
  return EXIT.done;
}

function cleaningPlan(
  { config, context }: Command,
  greenGroup: string,
): ThrowAwayRemains & { readonly belongings: GroupOfItsOwn } {
  const ports = throwAwayPorts(config.region);
  const name = trialName(config.name);
  return {
    ports,
    config,
    name,
    say: (text: string) => context.emit({ type: 'note', level: 'info', code: 'trial-clone', text }),
    waiting: (reason: string, elapsedMs: number, budgetMs: number) =>
      context.emit({ type: 'waiting', reason, elapsedMs, budgetMs }),
    command: 'npm run trial -- --clean',
    belongings: groupOfItsOwn(ports, { parameterGroup: greenGroup }, name, config),
  };
}

interface Trying {
  readonly clone: Cluster;
  readonly green: Cluster;
  readonly changes: string;
  readonly words: readonly string[];
  readonly kept: TrialClone;
}

async function tryOn(command: Command, { clone, green, changes, words, kept }: Trying): Promise<TrialResult> {
  const { context, config } = command;
  const server = await openClone(command, clone);
  let version: string;
  try {
    ({ version } = server);
    for (const text of await standAlone(server, () => limits(context, STATEMENT_MS)))
      context.emit({ type: 'note', level: 'info', code: 'trial-clone', text });
  } finally {
    await server.close();
  }
  const begunAt = context.clock.now().toISOString();
  const text = `The clone takes writes and follows nobody; running \`${words.join(' ')}\`.`;
  context.emit({ type: 'note', level: 'info', code: 'trial-begun', text });
  const { caFile } = config.network;
  const ended = await runHook(context, { command: words, clone, expiresAt: kept.expiresAt, caFile });
  const result: TrialResult = {
    type: 'trial',
    format: 1,
    lineage: context.lineage,
    resourceId: green.resourceId,
    changes,
    version,
    begunAt,
    endedAt: context.clock.now().toISOString(),
    command: [...words],
    ...ended,
  };
  // Before the clone is deleted: that may fail, and the result stands all the same.
  await writeTrial(trialFile(config.besideState), result);
  return result;
}

async function greenOf({ config, context }: Command): Promise<Cluster> {
  const { cluster } = greenNames(config);
  const green = await context.aws.rds.cluster(cluster);
  if (green?.status === 'available') return green;
  throw new UpgradeError('there is no green to try', {
    code: 'trial-without-green',
    source: 'user',
    hint: `The cluster ${cluster} ${green ? `is ${green.status}` : 'does not exist'}. Run \`npx cdktf deploy\` and \`npm run apply\` first: a trial is made on a clone of it. Nothing was made.`,
  });
}

/** As green's master user, whom a clone keeps. The name of a new cluster may not be known everywhere at once. */
async function openClone({ config, context, interrupt }: Command, clone: Cluster): Promise<MysqlServer> {
  const credentials = await context.mysql.masterCredentials('green');
  const dialler = createDialler(config.network);
  const target = { side: 'green' as const, host: clone.endpoint, port: clone.port };
  for (let tries = 1; ; tries++) {
    try {
      return await openMysql2Server({
        side: 'green',
        clock: systemClock,
        dial: () => dialler.dial(target, credentials),
        openIds: () => dialler.openIds('green'),
      });
    } catch (error) {
      const isTooEarly = error instanceof UpgradeError && error.code === 'mysql-unreachable';
      if (!isTooEarly || tries >= CONNECT_TRIES) throw error;
      await systemClock.sleep(CONNECT_PAUSE_MS, interrupt);
    }
  }
}

function usage(summary: string): UpgradeError {
  return new UpgradeError(summary, {
    code: 'usage',
    source: 'user',
    hint: 'Nothing was made. `trial.command` in upgrade.yaml is the program and arguments of your test suite; `--keep` leaves its clone, `--clean` deletes one. See docs/trial.md.',
  });
}
