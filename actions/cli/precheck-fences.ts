/** `precheck --probe-fences`: every fence of blue is tried for real, without stopping anybody. The one thing precheck writes. */
import { examineHold } from '../cutover/hold-tables';
import { fencingOf } from '../cutover/fences/fencing';
import { sessionKiller } from '../cutover/kill-sessions';
import { messageOf, UpgradeError } from '../engine/errors';
import type { StepContext } from '../engine/step';
import type { PrecheckFinding, PrecheckReport } from '../checks/report';
import type { CallLimits, MysqlServer } from '../ports/mysql-server';
import { observeCluster } from '../steps/observe-cluster';

/** Id of the check that looks at the same fences. */
const ID = 'fences';
const PROBE_MS = 15_000;
/** No table of the tool: `apply` has not prepared blue yet. */
const NO_PROBE_TABLE = ['mysql-1049', 'mysql-1146', 'mysql-1142', 'mysql-1044'];

/** Said before anything is sent. */
export const PROBE_WARNING =
  '--probe-fences writes on blue, and stops nobody: it sets read_only to the value that it has, locks a table of this tool, and ' +
  'for account-lock creates the account cutover_lock_probe, locks it and drops it again.';

/** `report` with what the probes saw. Never throws for a fence that does not work: that is a finding. */
export async function probeFences(report: PrecheckReport, context: StepContext): Promise<PrecheckReport> {
  const observed = await observeCluster(context, context.config.blue.cluster);
  if (observed.is !== 'ready') return report;
  const server = await context.mysql.connect('blue');
  const blue = { ...observed.facts, serverUuid: '', serverVersion: server.version, eventScheduler: 'OFF' as const };
  const own: StepContext = { ...context, facts: () => ({ ...context.facts(), blue }) };
  const within: CallLimits = { timeoutMs: PROBE_MS, signal: context.signal };
  const findings: PrecheckFinding[] = [];
  const killer = await sessionKiller(own, server);
  try {
    for (const fence of fencingOf(own, server, killer).fences) {
      context.signal.throwIfAborted();
      findings.push(await outcomeOf(fence.kind, () => fence.probe(within)));
    }
  } finally {
    await killer.close();
  }
  const held = await probeHold(own, server, within);
  return {
    ...report,
    findings: withProofs(report.findings, [...findings, ...held.findings]),
    notChecked: [...report.notChecked, ...held.notChecked],
  };
}

/** A probe that fails of what looking has found already is its proof, not another finding. */
function withProofs(
  findings: readonly PrecheckFinding[],
  probed: readonly PrecheckFinding[],
): readonly PrecheckFinding[] {
  const sameAs =
    (one: PrecheckFinding) =>
    (other: PrecheckFinding): boolean =>
      one.check === other.check && one.level === other.level && one.object === other.object;
  return [
    ...findings.map((finding) => {
      const proof = probed.find(sameAs(finding));
      return proof === undefined ? finding : { ...finding, description: `${finding.description} ${proof.description}` };
    }),
    ...probed.filter((one) => !findings.some(sameAs(one))),
  ];
}

async function probeHold(
  context: StepContext,
  server: MysqlServer,
  within: CallLimits,
): Promise<Pick<PrecheckReport, 'findings' | 'notChecked'>> {
  const holding = await examineHold(context, server);
  if (holding.is === 'not-wanted') return { findings: [], notChecked: [] };
  if (holding.is === 'not-possible') {
    const level = holding.isAsked ? 'error' : 'notice';
    const description = `No session can hold the tables: ${holding.why}.`;
    return { findings: [{ check: ID, level, object: 'lock-tables', description }], notChecked: [] };
  }
  const { hold } = holding;
  try {
    await hold.prepare(within);
    const description = `Probed: a session may lock tables; it will hold ${hold.tables}.`;
    return { findings: [{ check: ID, level: 'notice', object: 'lock-tables', description }], notChecked: [] };
  } catch (error) {
    if (!(error instanceof UpgradeError)) throw error;
    const isMissing = NO_PROBE_TABLE.includes(error.code);
    const reason = isMissing
      ? 'the table of this tool that it is tried with is not there before `npm run apply`'
      : `${messageOf(error)}. ${error.hint ?? ''}`;
    return {
      findings: [],
      notChecked: [{ check: ID, object: 'lock-tables', reason, ...(isMissing ? { because: 'on-request' } : {}) }],
    };
  } finally {
    await hold.release();
  }
}

async function outcomeOf(object: string, probe: () => Promise<string>): Promise<PrecheckFinding> {
  try {
    return { check: ID, level: 'notice', object, description: `Probed: ${await probe()}.` };
  } catch (error) {
    const hint = error instanceof UpgradeError ? error.hint : undefined;
    const description = `The probe failed: ${messageOf(error)}.`;
    return { check: ID, level: 'error', object, description, ...(hint === undefined ? {} : { cure: hint }) };
  }
}
