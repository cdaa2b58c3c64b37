/** The verb `precheck`: on upgrade.yaml, on any server with `--host`, or on the log of a failed upgrade with `--log`. */
import { openObserver } from '../adapters/mysql-observer';
import { systemClock } from '../adapters/system-clock';
import { UPGRADE_CHECKS } from '../checks/catalogue';
import type { UpgradeCheck } from '../checks/check';
import { mysqlNumbers } from '../checks/crossing';
import { isAboutChanges } from '../changes/change-problems';
import { applyWaivers } from '../checks/run/apply-waivers';
import { selectChecks } from '../checks/run/select-checks';
import type { PrecheckReport } from '../checks/report';
import { runPrechecks, type PrecheckInput } from '../checks/run-checks';
import { UpgradeError } from '../engine/errors';
import type { Cluster } from '../ports/aws';
import type { Credentials, MysqlServer } from '../ports/mysql-server';
import type { Printer } from '../view/printer';
import { greenNames } from '../config/names';
import { printerFor, runCommand, type Command } from './command';
import { exitCodeOf } from './exit-codes';
import { onClone } from './precheck-clone';
import { PROBE_WARNING, probeFences } from './precheck-fences';
import { openHost } from './precheck-host';
import { fetchLog, readLogFile } from './precheck-log';
import { understand, usageError, type PrecheckOptions, type PrecheckWishes } from './precheck-options';
import { precheckProgress } from './precheck-progress';
import { refuseUnknownEngine, type ScratchClusterWork } from './precheck-scratch-cluster';
import { refuseToOverwrite, showPrechecks } from './precheck-result';
import { throwAwayPorts } from './throw-away-ports';

/** Read-only. Exit 0: nothing blocks; 3: an error-level finding does; 1: something could not be looked at. */
export async function precheck(options: PrecheckOptions): Promise<number> {
  let wishes: PrecheckWishes;
  try {
    wishes = understand(options);
    refuseToOverwrite(options.fixScript);
    selectChecks(UPGRADE_CHECKS, wishes.selection);
  } catch (error) {
    return withPrinter(options, () => Promise.reject(error));
  }
  const { log } = options;
  const show = (report: PrecheckReport, printer: Printer): number =>
    showPrechecks(report, { format: wishes.format, all: options.all === true, fixScript: options.fixScript }, printer);
  if (typeof log === 'string') return withPrinter(options, async (printer) => show(readLogFile(log), printer));
  if (options.host !== undefined) {
    return withPrinter(options, async (printer) => show(await checkHost(options, wishes), printer));
  }
  return runCommand({ verb: 'precheck', options, access: 'read' }, async (command) => {
    const report = log === true ? await fetchLog(command) : await checkBlue(command, wishes);
    return show(withWaivers(report, command), command.printer);
  });
}

/** For what needs no upgrade.yaml: no lock, no state, no journal. */
async function withPrinter(options: PrecheckOptions, work: (printer: Printer) => Promise<number>): Promise<number> {
  const printer = printerFor(options);
  try {
    return await work(printer);
  } catch (error) {
    printer.error(error, { debug: options.debug === true });
    return exitCodeOf(error);
  } finally {
    printer.close();
  }
}

async function checkBlue(command: Command, wishes: PrecheckWishes): Promise<PrecheckReport> {
  const { config, context, interrupt } = command;
  const cluster = await context.aws.rds.cluster(config.blue.cluster);
  if (!cluster) {
    throw new UpgradeError('blue was not found', {
      code: 'blue-not-found',
      source: 'aws',
      hint: `There is no cluster \`${config.blue.cluster}\` in ${config.region} for this AWS identity. Check \`blue.cluster\` and \`region\` in upgrade.yaml, and the AWS profile.`,
    });
  }
  const targetVersion = wishes.target ?? config.green.engineVersion;
  if (wishes.oracle === 'clone') refuseUnknownEngine(targetVersion);
  const credentials = await context.mysql.masterCredentials('blue');
  const check = async (where: Cluster, part: Partial<PrecheckWishes>): Promise<PrecheckReport> =>
    runAll(
      { ...wishes, ...part },
      {
        server: await openBlue(where, config.network, credentials),
        aws: context.aws,
        config,
        commands: context.commands,
        sourceVersion: cluster.engineVersion,
        targetVersion,
        signal: interrupt,
      },
      { ports: throwAwayPorts(config.region), config, blue: cluster, targetVersion, say },
    );
  if (wishes.probeFences) say(PROBE_WARNING);
  const seen = wishes.onClone ? await checkOnClone(command, wishes, cluster, check) : await check(cluster, {});
  const report = wishes.probeFences ? await probeFences(seen, context) : seen;
  return { ...report, notes: [...(report.notes ?? []), ...(await aboutGreen(command))] };
}

/** Sessions, settings and accounts are blue's own; what is stored is the same on a clone, and nobody waits for it there. */
async function checkOnClone(
  { config, interrupt }: Command,
  { selection }: PrecheckWishes,
  blue: Cluster,
  check: (where: Cluster, part: Partial<PrecheckWishes>) => Promise<PrecheckReport>,
): Promise<PrecheckReport> {
  const { checks, skipped } = selectChecks(UPGRADE_CHECKS, selection);
  const isStored = ({ group }: UpgradeCheck): boolean => group === 'schema' || group === 'text';
  const onBlue = idsOf(checks.filter((one) => !isStored(one)));
  const onCopy = idsOf(checks.filter(isStored));
  const live = await check(blue, { selection: { only: onBlue }, oracle: undefined });
  const stored = await onClone(
    { ports: throwAwayPorts(config.region), config, blue, signal: interrupt, say },
    (clone) => check(clone, { selection: { only: onCopy }, checkTables: true, maxTables: Infinity }),
  );
  return {
    ...live,
    checked: [...live.checked, ...stored.checked],
    findings: [...live.findings, ...stored.findings],
    notChecked: [...live.notChecked, ...stored.notChecked],
    skipped,
    notes: [...(stored.notes ?? []), 'What is stored was checked on a clone of blue, which has been deleted.'],
  };
}

function idsOf(checks: readonly UpgradeCheck[]): readonly string[] {
  return checks.map(({ id }) => id);
}

/** A green that stands at blue's version although it was made at another is what a failed upgrade leaves. */
async function aboutGreen({ config, context }: Command): Promise<readonly string[]> {
  const green = await context.aws.rds.cluster(greenNames(config).cluster).catch(() => undefined);
  if (green?.status !== 'available' || green.engineVersion === config.green.engineVersion) return [];
  return [
    `Green is there at ${green.engineVersion}, not at ${config.green.engineVersion}: its upgrade has not been made or has failed. \`precheck --log\` explains what Aurora's own prechecks said.`,
  ];
}

function openBlue(
  { endpoint: host, port }: Cluster,
  network: Command['config']['network'],
  credentials: Credentials,
): Promise<MysqlServer> {
  return openObserver({ side: 'blue', host, port, credentials, network, clock: systemClock });
}

async function checkHost(options: PrecheckOptions, wishes: PrecheckWishes): Promise<PrecheckReport> {
  const interrupt = new AbortController();
  const onSignal = (): void =>
    interrupt.abort(new UpgradeError('interrupted', { code: 'interrupted', source: 'user' }));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const server = await openHost(options, wishes);
    return await runAll(wishes, {
      server,
      sourceVersion: server.version,
      targetVersion: wishes.target ?? nextSeries(server.version),
      signal: interrupt.signal,
    });
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Closes the server whatever happens. `scratch` is what an oracle on AWS is made from. */
async function runAll(
  { selection, checkTables, maxTables, oracle }: PrecheckWishes,
  input: Omit<PrecheckInput, 'emit' | 'checks' | 'signal'> & { readonly signal: AbortSignal },
  scratch?: Omit<ScratchClusterWork, 'signal'>,
): Promise<PrecheckReport> {
  const { checks, skipped } = selectChecks(UPGRADE_CHECKS, selection);
  const progress = precheckProgress(process.stderr, checks.length);
  try {
    const found = await runPrechecks({
      ...input,
      checks,
      checkTables,
      ...(maxTables === undefined ? {} : { maxTables }),
      clock: systemClock,
      emit: progress.emit,
    });
    progress.end();
    const report = { ...found, skipped };
    if (oracle === undefined) return report;
    const { askCloneOracle, askLabOracle } = await import('./precheck-oracle');
    const asking = { source: input.server, signal: input.signal, stderr: process.stderr };
    return oracle === 'clone' && scratch !== undefined
      ? await askCloneOracle(report, asking, scratch)
      : await askLabOracle(report, asking);
  } finally {
    progress.end();
    await input.server.close();
  }
}

function withWaivers(report: PrecheckReport, { config, context }: Command): PrecheckReport {
  const today = context.clock.now().toISOString().slice(0, 10);
  return applyWaivers(
    report,
    config.waivers.filter(({ check }) => !isAboutChanges(check)),
    { today, knownIds: UPGRADE_CHECKS.map(({ id }) => id) },
  );
}

/** The last versions of the series that Aurora upgrades to (release notes of 2025); `--target` says another one. */
function nextSeries(version: string): string {
  let numbers: readonly number[];
  try {
    numbers = mysqlNumbers(version);
  } catch {
    throw usageError(`${version} is a version that the checks do not know`, 'They know MySQL 5.7 and newer.');
  }
  const [major = 0, minor = 0] = numbers;
  if (major < 8) return '8.0.43';
  return major === 8 && minor < 4 ? '8.4.7' : '9.7.4';
}
