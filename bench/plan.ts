/**
 * What a plan costs by itself: 200 steps with changes and a state of 10 MB, read, checked, hashed, rendered three ways,
 * compared with a saved one. Prints CPU seconds of this process; fails above the limit. With the environment of a lab
 * (`. DIR/env`, AURORA_CUTOVER_CONFIG) it also times `plan` against real servers.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PLAN_FORMAT, planHash, type Plan } from '../actions/engine/plan';
import { planningContext, planSteps } from '../actions/engine/planner';
import type { Step, StepContext } from '../actions/engine/step';
import { setBinlogRetention } from '../actions/mysql/statements';
import { decodeState, encodeState } from '../actions/state/encoding';
import { STATE_FORMAT, type UpgradeState } from '../actions/state/format';
import { diffPlans } from '../actions/view/plan-diff';
import { renderPlanJson } from '../actions/view/plan-json';
import { renderPlanMarkdown } from '../actions/view/plan-markdown';
import { renderPlanText } from '../actions/view/plan-text';

const STEPS = 200;
const STATE_BYTES = 10_000_000;
const CPU_LIMIT_SECONDS = 1;
const LAB_LIMIT_SECONDS = 3;

async function main(): Promise<void> {
  const text = encodeState(bigState());
  const start = process.cpuUsage();
  const state = decodeState(text, 'bench', 'orders');
  const read = seconds(start);
  const plan = await planOf(state, 48);
  const other = await planOf(state, 72);
  const sizes = [renderPlanText(plan), renderPlanJson(plan), renderPlanMarkdown(plan, other), diffPlans(plan, other)];
  const cpuSeconds = seconds(start);
  const shown = sizes.map((one) => `${Math.round(one.length / 1024)} KiB`).join(', ');
  process.stdout.write(
    `state ${(text.length / 1e6).toFixed(1)} MB, ${STEPS} steps, rendered ${shown}: ${cpuSeconds.toFixed(2)} s CPU, ${read.toFixed(2)} s of it for reading the state (limit ${CPU_LIMIT_SECONDS} s), plan ${planHash(plan).slice(0, 12)}\n`,
  );
  if (cpuSeconds > CPU_LIMIT_SECONDS) process.exitCode = 1;
  if (process.env['AURORA_CUTOVER_CONFIG'] !== undefined) timeLab();
}

function seconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}

function timeLab(): void {
  const start = performance.now();
  const ended = spawnSync(process.execPath, [join(__dirname, '../bin/aurora-cutover.js'), 'plan'], {
    encoding: 'utf8',
  });
  const seconds = (performance.now() - start) / 1_000;
  process.stdout.write(
    `plan on the lab: ${seconds.toFixed(2)} s (limit ${LAB_LIMIT_SECONDS} s), exit ${ended.status}\n`,
  );
  if (seconds > LAB_LIMIT_SECONDS) process.exitCode = 1;
}

function bigState(): UpgradeState {
  const steps: UpgradeState['history'][number]['steps'][number][] = [];
  for (let i = 0; i < 20; i++) steps.push({ id: `step-${i}`, startMs: i, durationMs: 1, outcome: 'ok' });
  const one: UpgradeState['history'][number] = {
    id: 'a',
    direction: 'cutover',
    outcome: 'done',
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:00:01.000Z',
    blockedMs: 500,
    steps,
  };
  // As the file spells it, indented.
  const each = JSON.stringify({ history: [one] }, undefined, 2).length;
  return {
    format: STATE_FORMAT,
    name: 'orders',
    lineage: '00000000-0000-4000-8000-000000000000',
    serial: 7,
    phase: 'replicating',
    facts: {},
    steps: {},
    history: Array.from({ length: Math.ceil(STATE_BYTES / each) }, () => one),
  };
}

async function planOf(state: UpgradeState, hours: number): Promise<Plan> {
  const context = planningContext({
    facts: () => state.facts,
    state: () => state,
    signal: new AbortController().signal,
  } as unknown as StepContext);
  const steps = Array.from({ length: STEPS }, (_, index) => stepOf(index, hours));
  return {
    format: PLAN_FORMAT,
    name: state.name,
    binding: {
      configHash: 'bench',
      lineage: state.lineage,
      stateSerial: state.serial,
      phase: state.phase,
      endedSwitches: state.history.length,
      terraformSerial: null,
      sides: {},
    },
    terraform: { is: 'not-planned', why: '' },
    sections: [await planSteps('apply', 'Bench', steps, context)],
    notCarried: [],
    measured: { downtime: [] },
  };
}

function stepOf(index: number, hours: number): Step {
  return {
    id: `step-${index}`,
    phase: 'prepare',
    title: `Step ${index}`,
    check: () =>
      Promise.resolve({
        is: 'needed',
        changes: [
          { kind: 'sql', side: 'blue', statement: setBinlogRetention(hours) },
          ...Array.from({ length: 10 }, (_, at) => ({
            kind: 'value' as const,
            what: `parameter ${at}`,
            before: 'not set',
            after: String(hours),
          })),
        ],
      }),
    do: () => Promise.resolve(),
  };
}

void main();
