/** The operator's test suite, told where the clone is. */
import type { TrialConfig } from '../config/trial-schema';
import type { StepContext } from '../engine/step';
import type { Cluster } from '../ports/aws';
import type { CommandOutcome } from '../ports/command';
import type { TrialResult } from './trial-file';

const HEARTBEAT_MS = 5_000;

export interface HookInput {
  readonly command: readonly string[];
  readonly clone: Cluster;
  readonly expiresAt: string;
  /** PEM file of the authorities that sign the servers' certificates; undefined: Amazon's. */
  readonly caFile: string | undefined;
}

export type HookEnd = Pick<TrialResult, 'outcome' | 'exitCode' | 'why' | 'output' | 'durationMs'>;

/** Throws the interruption; everything else that may become of it is an answer. */
export async function runHook(
  { commands, clock, emit, signal, config }: Pick<StepContext, 'commands' | 'clock' | 'emit' | 'signal' | 'config'>,
  input: HookInput,
): Promise<HookEnd> {
  const [program = '', ...args] = input.command;
  const { timeout }: TrialConfig = config.trial;
  const start = clock.monotonicMs();
  const ended = new AbortController();
  const running = commands
    .run({ program, args, environment: environmentOf(input) }, { timeoutMs: timeout, signal })
    .finally(() => ended.abort());
  const reason = `the trial: ${input.command.join(' ')}`;
  while (!ended.signal.aborted) {
    await clock.sleep(HEARTBEAT_MS, ended.signal).catch(() => undefined);
    if (ended.signal.aborted) break;
    emit({ type: 'waiting', reason, elapsedMs: clock.monotonicMs() - start, budgetMs: timeout });
  }
  const outcome = await running;
  signal.throwIfAborted();
  return { ...endOf(outcome), durationMs: Math.round(clock.monotonicMs() - start) };
}

/** No credentials: the clone has the accounts of green with their passwords, and the suite has its own. */
function environmentOf({ clone, expiresAt, caFile }: HookInput): Readonly<Record<string, string>> {
  return {
    AURORA_CUTOVER_TRIAL_HOST: clone.endpoint,
    AURORA_CUTOVER_TRIAL_READER_HOST: clone.readerEndpoint ?? clone.endpoint,
    AURORA_CUTOVER_TRIAL_PORT: String(clone.port),
    AURORA_CUTOVER_TRIAL_CLUSTER: clone.id,
    AURORA_CUTOVER_TRIAL_ENGINE_VERSION: clone.engineVersion,
    AURORA_CUTOVER_TRIAL_EXPIRES: expiresAt,
    ...(caFile === undefined ? {} : { AURORA_CUTOVER_TRIAL_CA_FILE: caFile }),
  };
}

function endOf(outcome: CommandOutcome): Omit<HookEnd, 'durationMs'> {
  switch (outcome.is) {
    case 'exited': {
      const { exitCode, output } = outcome;
      return { outcome: exitCode === 0 ? 'passed' : 'failed', exitCode, why: null, output };
    }
    case 'killed':
      return { outcome: 'killed', exitCode: null, why: outcome.why, output: outcome.output };
    case 'not-started':
      return { outcome: 'not-started', exitCode: null, why: outcome.why, output: '' };
  }
}
