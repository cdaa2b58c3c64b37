/**
 * The whole way on this machine: a lab, write load, and every command as an operator types it. What it answers was
 * measured from the clients' side and counted on both servers.
 */
import { spawnSync } from 'node:child_process';
import { hostname, userInfo } from 'node:os';
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CutoverReport, DirectionReport } from '../../actions/view/report/model';
import { renderTimings } from '../../actions/cutover/timings';
import { renderReportHtml } from '../../actions/view/report/html';
import type { RehearsalResult } from '../../actions/view/rehearsal-summary';
import type { CutoverSummary, Direction } from '../../actions/state/format';
import type { LabDescription, LabPair } from '../contract';
import { labEnvironment } from '../supervisor/env-file';
import { startLab } from '../supervisor/start-lab';
import { stopLab } from '../supervisor/stop-lab';
import type { LedgerAudit, LedgerSnapshot } from '../writers/ledger';
import { measureSwitch, type SwitchMeasurement } from '../writers/switch-measurement';
import { monotonicMs } from '../writers/monotonic';
import { WriterLoad } from '../writers/writer-load';
import { auditSides } from './audit';
import { directionReport } from './direction-report';
import { RehearsalFailure, StepLog } from './step-log';
import { runCdktf, runTool, type Run } from './tool';

export interface RehearsalOptions {
  readonly pair: LabPair;
  readonly writers: number;
  /** Write load before and after each switch. */
  readonly loadSeconds: number;
  readonly dir: string;
  readonly keep: boolean;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

interface Side {
  readonly uuid: string;
  readonly version: string;
  readonly endpoint: string;
}

/** One switch of the load, with what the tool and the clients saw of it. */
interface Watched {
  readonly direction: Direction;
  readonly summary: CutoverSummary;
  readonly gates: DirectionReport['gates'];
  readonly evidence: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Rejects only when the lab itself cannot be started; everything after it is told by `ok` and the failed step. */
export async function rehearse(options: RehearsalOptions): Promise<RehearsalResult> {
  const start = performance.now();
  requireTerraform();
  await stopLab(options.dir);
  await removeLeftovers(options.dir);
  const log = new StepLog(options.progress);
  const lab = await log.step('Start the lab: real servers, AWS endpoint, DNS, relays', () =>
    startLab({ pair: options.pair, dir: options.dir }, (text) => options.progress(`    ${text}`)),
  );
  const rehearsal = new Rehearsal(options, lab, log);
  try {
    await rehearsal.run();
  } catch (error) {
    if (!(error instanceof RehearsalFailure)) log.failed('Rehearsal', error);
  } finally {
    await rehearsal.end();
    if (options.keep) options.progress(`The lab stays: aurora-cutover lab down --dir ${lab.dir}`);
    else await stopLab(lab.dir);
  }
  return rehearsal.result(performance.now() - start);
}

/** Asked first: without it a rehearsal would end half-way. */
function requireTerraform(): void {
  const binary = process.env['TERRAFORM_BINARY_NAME'] ?? 'terraform';
  const { error, status } = spawnSync(binary, ['version'], {
    stdio: 'ignore',
    env: { ...process.env, CHECKPOINT_DISABLE: '1' },
  });
  if (!error && status === 0) return;
  throw new Error(
    `\`${binary}\` cannot be run, and the rehearsal deploys green with it. Install Terraform 1.5 or later (developer.hashicorp.com/terraform/install) or OpenTofu (opentofu.org/docs/intro/install), or name the program in TERRAFORM_BINARY_NAME. The lab itself does not need it.`,
  );
}

/** What an earlier rehearsal's upgrade knew of servers that are gone. */
async function removeLeftovers(dir: string): Promise<void> {
  const leftovers = [
    '.aurora-cutover',
    'cdktf.out',
    'plans',
    'terraform.orders.tfstate',
    'terraform.orders.tfstate.backup',
  ];
  for (const name of leftovers) await rm(join(dir, name), { recursive: true, force: true });
}

class Rehearsal {
  private readonly load = new WriterLoad();
  private readonly environment: Readonly<Record<string, string>>;
  private readonly pending: { -readonly [K in keyof RehearsalResult['terraformPending']]: number } = {};
  private readonly watched: Watched[] = [];
  private sides: { blue: Side; green: Side } | undefined;
  private ledger: LedgerSnapshot | undefined;
  private audit: LedgerAudit | undefined;
  private reportFile: string | undefined;
  private timingsFile: string | undefined;

  constructor(
    private readonly options: RehearsalOptions,
    private readonly lab: LabDescription,
    private readonly log: StepLog,
  ) {
    this.environment = { ...labEnvironment(lab), AURORA_CUTOVER_CONFIG: lab.upgradeFile };
  }

  async run(): Promise<void> {
    const { log } = this;
    await log.step('Start the write load', () => this.startLoad());
    await this.tool('Precheck', ['precheck']);
    await this.tool('Plan', ['plan', '--out', join(this.lab.dir, 'plans', 'before-apply')]);
    await this.tool('Apply: prepare blue', ['apply', '--auto-approve', '--allow-reboot']);
    await log.step('cdktf deploy: snapshot, groups, rules, green', () => this.deploy());
    await this.countPending('deployed');
    await this.tool('Apply: replicate and prove green', ['apply', '--auto-approve']);
    await this.countPending('replicating');
    await this.rememberSides();
    const planPrefix = join(this.lab.dir, 'plans', 'cutover');
    await this.tool('Plan for the review', ['plan', '--out', planPrefix]);
    await this.switch('cutover', ['--plan', `${planPrefix}.plan.json`]);
    await this.countPending('switched');
    await this.switch('rollback');
    await this.countPending('rolledBack');
    await this.switch('cutover');
    await log.step('Compare what clients were promised with both servers', () => this.auditWrites());
    await this.tool('Finalize: give up the way back, stop blue', ['finalize', '--auto-approve']);
  }

  async end(): Promise<void> {
    await this.load.kill();
    await this.writeReport();
  }

  result(durationMs: number): RehearsalResult {
    const [cutover, rollback] = [this.timesOf('cutover'), this.timesOf('rollback')];
    const dual = this.measurements().reduce((sum, { measured }) => sum + measured.dual.length, 0);
    const writes = {
      acknowledged: this.audit?.acknowledged ?? 0,
      lost: this.audit?.lost.length ?? 0,
      duplicated: (this.audit?.duplicated.length ?? 0) + (this.audit?.miscounted.length ?? 0),
      dual,
    };
    const isComplete = this.audit !== undefined && cutover !== undefined && rollback !== undefined;
    const isClean = writes.lost + writes.duplicated + writes.dual + (this.audit?.missingOnOther.length ?? 0) === 0;
    const isTruthful =
      Object.keys(this.pending).length === 4 && Object.values(this.pending).every((count) => count === 0);
    return {
      type: 'rehearsal',
      ok: this.log.ok && isComplete && isClean && isTruthful && writes.acknowledged > 0,
      pair: this.options.pair,
      ...(cutover ? { cutover } : {}),
      ...(rollback ? { rollback } : {}),
      writes,
      terraformPending: this.pending,
      durationMs: Math.round(durationMs),
      ...(this.reportFile === undefined ? {} : { reportFile: this.reportFile }),
      ...(this.timingsFile === undefined ? {} : { timingsFile: this.timingsFile }),
      ...(this.sides ? { servers: { blue: this.sides.blue.version, green: this.sides.green.version } } : {}),
      steps: this.log.steps,
    };
  }

  private async tool(title: string, args: readonly string[], accept: readonly number[] = [0]): Promise<Run> {
    return this.log.step(title, async () => {
      const run = await runTool(args, { environment: this.environment, signal: this.options.signal });
      if (accept.includes(run.exitCode)) return run;
      const error = run.objects.find((object) => object['type'] === 'error');
      const said = error ? JSON.stringify(error) : run.stderr.trim();
      throw new Error(
        `\`aurora-cutover ${args.join(' ')}\` ended with ${run.exitCode}: ${said || JSON.stringify(run.objects.at(-1))}`,
      );
    });
  }

  private async startLoad(): Promise<void> {
    const { lab, options } = this;
    await this.load.start({
      writers: options.writers,
      host: lab.applicationHost,
      port: lab.port,
      dns: lab.dns,
      ca: readFileSync(lab.caFile, 'utf8'),
      user: lab.users.application.user,
      password: lab.users.application.password,
      localAddress: lab.applicationAddress,
    });
  }

  private async deploy(): Promise<void> {
    const run = await runCdktf(['deploy', '--auto-approve', '--skip-provider-lock'], {
      environment: this.environment,
      signal: this.options.signal,
    });
    if (run.exitCode !== 0) throw new Error(`\`cdktf deploy\` ended with ${run.exitCode}: ${run.stderr.slice(-2_000)}`);
  }

  private async countPending(phase: keyof RehearsalResult['terraformPending']): Promise<void> {
    const run = await this.tool(`Status, and what Terraform would change (${phase})`, ['status', '--terraform']);
    const status = run.objects.find((object) => object['type'] === 'status');
    const terraform = status?.['terraform'] as { pending?: number } | undefined;
    this.pending[phase] = terraform?.pending ?? -1;
  }

  private async rememberSides(): Promise<void> {
    const run = await runTool(['show'], { environment: this.environment });
    const shown = run.objects.find((object) => object['type'] === 'state') as
      | { state: { facts: Record<'blue' | 'green', { serverUuid: string; serverVersion: string; endpoint: string }> } }
      | undefined;
    if (!shown) throw new Error('`aurora-cutover show` printed no state');
    const side = (colour: 'blue' | 'green'): Side => {
      const facts = shown.state.facts[colour];
      return { uuid: facts.serverUuid, version: facts.serverVersion, endpoint: facts.endpoint };
    };
    this.sides = { blue: side('blue'), green: side('green') };
  }

  /** A switch with load before and after it. */
  private async switch(direction: Direction, args: readonly string[] = []): Promise<void> {
    const settle = (): Promise<void> => new Promise((wake) => setTimeout(wake, this.options.loadSeconds * 1_000));
    await this.log.step(`Load for ${this.options.loadSeconds} s`, settle);
    const fromMs = monotonicMs() - this.options.loadSeconds * 1_000;
    const run = await this.tool(direction === 'cutover' ? 'Cutover under load' : 'Rollback under load', [
      direction,
      '--auto-approve',
      ...args,
    ]);
    await this.log.step(`Load for ${this.options.loadSeconds} s`, settle);
    const answer = run.objects.find((object) => object['type'] === direction) as
      { outcome: { summary: CutoverSummary }; evidence: readonly string[] } | undefined;
    if (!answer) throw new Error(`${direction} printed no result`);
    const gates = run.objects.filter((object) => object['type'] === 'gate') as unknown as DirectionReport['gates'];
    this.watched.push({
      direction,
      summary: answer.outcome.summary,
      gates,
      evidence: answer.evidence,
      fromMs,
      toMs: monotonicMs(),
    });
  }

  private async auditWrites(): Promise<void> {
    this.ledger = await this.load.stop();
    if (!this.sides) throw new Error('the servers are not known');
    this.audit = await auditSides(
      this.lab,
      { servingEndpoint: this.sides.green.endpoint, otherEndpoint: this.sides.blue.endpoint },
      this.ledger,
    );
  }

  private measurements(): readonly { watched: Watched; measured: SwitchMeasurement }[] {
    const { ledger, sides } = this;
    if (!ledger || !sides) return [];
    return this.watched.map((watched) => {
      const [from, to] = watched.direction === 'cutover' ? [sides.blue, sides.green] : [sides.green, sides.blue];
      const { fromMs, toMs } = watched;
      return { watched, measured: measureSwitch(ledger, { oldUuid: from.uuid, newUuid: to.uuid, fromMs, toMs }) };
    });
  }

  /** The worse one when a direction was taken more than once. */
  private timesOf(direction: Direction): RehearsalResult['cutover'] {
    const times = this.measurements()
      .filter(({ watched }) => watched.direction === direction)
      .flatMap(({ measured: { gapMs, dnsTailMs } }) =>
        gapMs === undefined || dnsTailMs === undefined
          ? []
          : [{ gapMs: Math.round(gapMs), dnsTailMs: Math.round(dnsTailMs) }],
      );
    return times.sort((a, b) => b.gapMs - a.gapMs)[0];
  }

  /** What the budget of a real switch is kept by, unless it has learnt better. */
  private async writeTimings(when: string): Promise<void> {
    const file = `${this.lab.dir}-timings.json`;
    const summaries = this.watched.map(({ summary }) => summary);
    await writeFile(file, renderTimings(summaries, this.options.pair, when));
    this.timingsFile = file;
  }

  private async writeReport(): Promise<void> {
    const { sides, audit, lab } = this;
    if (!sides || this.watched.length === 0) return;
    const report: CutoverReport = {
      title: `Rehearsal ${this.options.pair}`,
      when: new Date().toISOString(),
      upgrade: 'orders',
      who: `${userInfo().username}@${hostname()}`,
      servers: { blue: sides.blue, green: sides.green },
      directions: this.measurements().map(({ watched, measured }) => directionReport(watched, measured)),
      ...(audit
        ? {
            ledger: {
              acknowledged: audit.acknowledged,
              lost: audit.lost.length,
              duplicated: audit.duplicated.length + audit.miscounted.length,
              dual: this.measurements().reduce((sum, { measured }) => sum + measured.dual.length, 0),
            },
          }
        : {}),
      terraform: Object.entries(this.pending).map(([phase, pending]) => ({ phase, pending: pending ?? -1 })),
    };
    // Beside the lab's folder: the report outlives it.
    const file = `${lab.dir}-report.html`;
    await rm(file, { force: true });
    await writeFile(file, renderReportHtml(report));
    this.reportFile = file;
    await this.writeTimings(report.when);
  }
}
