/** The way that remains, computed by the steps' own checks: what has not come yet is foreseen over recording ports. */
import { dirname, resolve } from 'node:path';
import { recordingPorts, type Recording } from '../adapters/recording-ports';
import { supposedGreen } from '../adapters/recording-green';
import type { Timings } from '../cutover/budget';
import { measureGates } from '../cutover/measure-gates';
import { planSwitch } from '../cutover/plan-switch';
import { readTimings } from '../cutover/timings';
import { explain, UpgradeError } from '../engine/errors';
import { ask, limits } from '../engine/context';
import { bindingOf } from '../engine/plan-binding';
import { parametersIn, PLAN_FORMAT, type Plan, type PlannedTerraform, type PlanSection } from '../engine/plan';
import { laterOf, planningContext, planSteps, type Foresight } from '../engine/planner';
import type { Change, StepContext } from '../engine/step';
import { binlogRetention } from '../mysql/queries';
import type { Direction, Phase, UpgradeState } from '../state/format';
import { servingSide } from '../state/format';
import { stepsOf } from '../steps/catalogue';
import { deleteBlue } from '../steps/finalize/delete-blue';
import { PROBE_USER } from '../steps/tool-accounts';
import { terraformSection } from '../view/plan-terraform';
import { withoutSecrets } from '../view/plan-json';
import type { Command } from './command';

export interface MakePlanOptions {
  /** Asks Terraform too, which takes seconds. */
  readonly terraform: boolean;
  /** upgrade.yaml: what a rehearsal noted lies beside it. */
  readonly configFile: string;
}

export type Planner = Pick<Command, 'config' | 'session' | 'context' | 'terraform'>;

/** Every secret has been replaced by `***`. */
export async function makePlan(planner: Planner, options: MakePlanOptions): Promise<Plan> {
  const { config, session, context } = planner;
  const { state } = session;
  const looking = foreseeingContext(planner);
  const [binding, terraform, gates] = await Promise.all([
    planBinding(planner),
    options.terraform ? askTerraform(planner) : NOT_ASKED,
    measureGates(context, session),
  ]);
  const timings = await readTimings(resolve(dirname(options.configFile), config.cutover.timings));
  const sections = await sectionsOf(state, looking, terraform);
  return withoutSecrets({
    format: PLAN_FORMAT,
    name: config.name,
    binding,
    terraform,
    sections,
    ...parametersIn(looking.context.facts().parameters),
    measured: { ...(gates ? { gates } : {}), downtime: lastDowntimes(state, timings) },
  });
}

export function planBinding({ context, session, terraform }: Planner): Promise<Plan['binding']> {
  return terraform.stateSerial().then((terraformSerial) =>
    bindingOf(context, {
      state: session.state,
      terraformSerial,
      ownAccounts: [context.config.replication.user, PROBE_USER],
    }),
  );
}

const NOT_ASKED: PlannedTerraform = { is: 'not-planned', why: 'ask with `npm run plan -- --terraform`' };

async function askTerraform({ terraform, session }: Planner): Promise<PlannedTerraform> {
  if (session.state.phase === 'new')
    return { is: 'not-planned', why: 'the stack is declared from what `npm run apply` learns of blue' };
  try {
    return { is: 'planned', changes: (await terraform.pendingChanges()).changes };
  } catch (error) {
    if (error instanceof UpgradeError) return { is: 'not-planned', why: explain(error) };
    throw error;
  }
}

interface Foreseeing {
  readonly context: StepContext;
  readonly recording: Recording;
  readonly suppose: Foresight['suppose'];
}

function foreseeingContext({ context, config, session }: Planner): Foreseeing {
  const recording = recordingPorts(context, { clusters: { blue: config.blue.cluster, green: config.green.cluster } });
  const isBegun = session.state.serial > 0;
  // Before the first command each run would make up another lineage, and no two plans would be the same.
  const lineage = isBegun ? context.lineage : '<lineage of the state>';
  const looking = planningContext({ ...context, ...recording.ports, lineage });
  return { context: looking, recording, suppose: (changes) => supposeAll(looking, changes) };
}

async function supposeAll(context: StepContext, changes: readonly Change[]): Promise<void> {
  for (const change of changes) {
    try {
      if (change.kind === 'sql')
        await (await context.mysql.connect(change.side)).run(change.statement, limits(context));
      if (change.kind === 'aws') await context.aws.run(change.call, limits(context));
    } catch (error) {
      // A probe of the fence is meant to be refused.
      if (!(error instanceof UpgradeError)) throw error;
    }
  }
}

const AFTER_DEPLOY = '`npx cdktf deploy`';

async function sectionsOf(
  state: UpgradeState,
  looking: Foreseeing,
  terraform: PlannedTerraform,
): Promise<readonly PlanSection[]> {
  const { phase } = state;
  const sections: PlanSection[] = [];
  const deploy = terraformSection(terraform, phase);
  if (phase === 'finalized') return [deploy, ...(await finalSections(looking, phase))];
  if (servingSide(phase) === 'green') {
    sections.push(deploy, await switchSection('rollback', looking, phase));
    return [...sections, ...(await finalSections(looking, phase))];
  }
  const { context, suppose } = looking;
  await rememberRetention(context);
  sections.push(await planSteps('apply', 'Prepare blue', stepsOf('prepare'), context, { suppose }), deploy);
  const isMissing = await supposeGreen(looking);
  sections.push(
    await planSteps('apply', 'Replicate to green and prove it', stepsOf('replicate'), context, {
      suppose,
      ...(isMissing ? { waitsFor: AFTER_DEPLOY } : {}),
    }),
  );
  sections.push(await switchSection('cutover', looking, phase), await switchSection('rollback', looking, phase));
  return [...sections, ...(await finalSections(looking, phase))];
}

/** What `finalize` restores is what blue has before the tool changes it. A blue that does not answer is told by its steps. */
async function rememberRetention(context: StepContext): Promise<void> {
  if (context.facts().blueRetentionBefore !== undefined) return;
  try {
    await context.remember({ blueRetentionBefore: await ask(context, 'blue', binlogRetention()) });
  } catch (error) {
    if (!(error instanceof UpgradeError)) throw error;
  }
}

/** Answers whether there is no green yet. Without facts of blue nothing can be foreseen, and the steps say so. */
async function supposeGreen({ context, recording }: Foreseeing): Promise<boolean> {
  const { config } = context;
  if (await context.aws.rds.cluster(config.green.cluster)) return false;
  const { parameters } = context.facts();
  const cluster = await context.aws.rds.cluster(config.blue.cluster);
  const writerId = cluster?.members.find((member) => member.isWriter)?.instanceId;
  const writer = (await context.aws.rds.instances(config.blue.cluster)).find((one) => one.id === writerId);
  if (cluster && writer && parameters) recording.world.green = supposedGreen(config, { cluster, writer }, parameters);
  return true;
}

/** A switch that is not the next thing to do is planned in the phase that it begins in. */
async function switchSection(direction: Direction, looking: Foreseeing, phase: Phase): Promise<PlanSection> {
  const begins: Phase = direction === 'rollback' ? 'switched' : phase === 'rolled-back' ? phase : 'replicating';
  // Spread reads the getters; facts stay a function.
  const section = await planSwitch(direction, { ...looking.context, phase: begins });
  if (direction === 'cutover') await looking.suppose(section.steps.flatMap(({ check }) => changesIn(check)));
  if (phase === begins) return section;
  const waitsFor =
    direction === 'rollback' ? 'the cutover' : looking.recording.world.green ? AFTER_DEPLOY : '`npm run apply`';
  return { ...section, steps: section.steps.map((step) => ({ ...step, check: laterOf(step.check, waitsFor) })) };
}

function changesIn(check: PlanSection['steps'][number]['check']): readonly Change[] {
  return 'changes' in check ? check.changes : [];
}

async function finalSections({ context, suppose }: Foreseeing, phase: Phase): Promise<readonly PlanSection[]> {
  const now: StepContext = { ...context, phase: 'switched' };
  const isNext = phase === 'switched' || phase === 'finalized';
  return [
    await planSteps('finalize', 'Give up the way back, stop blue', stepsOf('finalize'), now, {
      suppose,
      ...(isNext ? {} : { waitsFor: 'the cutover' }),
    }),
    await planSteps('finalize --delete', 'Only when it is asked for: delete blue', [deleteBlue], now, {
      suppose,
      waitsFor: '`npm run finalize`, and the word --delete',
    }),
  ];
}

/** The last switch of each direction that came to its end; before the first one, what the rehearsal took. */
function lastDowntimes({ history }: UpgradeState, timings: Timings | undefined): Plan['measured']['downtime'] {
  return (['cutover', 'rollback'] as const).flatMap((direction): Plan['measured']['downtime'][number][] => {
    const last = history.filter((one) => one.direction === direction && one.outcome === 'done').at(-1);
    if (last?.blockedMs !== undefined)
      return [{ direction, blockedMs: last.blockedMs, from: 'switch' as const, at: last.endedAt }];
    const noted = timings?.[direction];
    if (!noted) return [];
    const blockedMs = BLOCKING.reduce((sum, step) => sum + Math.max(0, ...(noted[step] ?? [])), 0);
    return [{ direction, blockedMs, from: 'rehearsal' as const, at: 'the slowest of each step' }];
  });
}

const BLOCKING = ['fencing', 'draining', 'arming', 'opening'] as const;
