/** The tool's own accounts: one that replicates, one that proves a fence by being refused. */
import type { StepContext } from '../engine/step';
import { accountRequiresTls } from '../mysql/channel-security';
import { derivedPassword } from '../mysql/derived-password';
import { createAccount, grantProbe, grantReplication, setAccountPassword, type Account } from '../mysql/statements';
import { parseAuroraVersion, replicationPlugin } from '../mysql/version';
import type { Credentials, Side, Statement } from '../ports/mysql-server';
import { clusterFacts } from '../engine/context';

export interface ToolAccount extends Account {
  readonly purpose: 'replication' | 'probe';
  readonly plugin: string;
  readonly requiresTls: boolean;
}

export const PROBE_USER = 'cutover_probe';

/** Which accounts are the tool's, whatever is known of the clusters. */
export function toolAccountNames({
  replication,
}: StepContext['config']): readonly (Account & Pick<ToolAccount, 'purpose'>)[] {
  return [
    { user: replication.user, host: replication.host, purpose: 'replication' },
    { user: PROBE_USER, host: '%', purpose: 'probe' },
  ];
}

export function toolAccounts(context: StepContext): readonly ToolAccount[] {
  const { tls } = context.config.replication;
  const blue = parseAuroraVersion(clusterFacts(context, 'blue').engineVersion);
  const green = parseAuroraVersion(context.config.green.engineVersion);
  const plugin = replicationPlugin(blue, green);
  const requiresTls = accountRequiresTls(tls, blue, green);
  return toolAccountNames(context.config).map((account) => ({
    ...account,
    plugin,
    requiresTls: account.purpose === 'replication' && requiresTls,
  }));
}

export async function toolCredentials(context: StepContext, side: Side, user: string): Promise<Credentials> {
  const master = await context.mysql.masterCredentials(side);
  return { user, password: derivedPassword(master.password, context.lineage, user) };
}

/** Idempotent: creates what is missing and sets the password and the rights in any case. */
export function accountStatements(account: ToolAccount, password: string): readonly Statement[] {
  return [
    createAccount(account, account.plugin, password, account.requiresTls),
    setAccountPassword(account, account.plugin, password, account.requiresTls),
    account.purpose === 'replication' ? grantReplication(account) : grantProbe(account),
  ];
}
