import { ask, problem, sql, tell } from '../../engine/context';
import type { Check, Step, StepContext } from '../../engine/step';
import { replicaCanUseTls } from '../../mysql/channel-security';
import { accountsNamed, tablePrivileges } from '../../mysql/queries';
import { dropAccount } from '../../mysql/statements';
import { parseAuroraVersion } from '../../mysql/version';
import { clusterFacts } from '../../engine/context';
import { accountStatements, toolAccounts, toolCredentials, type ToolAccount } from '../tool-accounts';

/**
 * Postcondition: the replication and probe accounts are on blue with the derived passwords, and so in the snapshot.
 * Observed in mysql.user and by logging in.
 * Undo drops both accounts.
 */
export const createReplicationAccounts: Step = {
  id: 'create-replication-accounts',
  phase: 'prepare',
  title: 'Create the replication account and the probe account on blue',
  async check(context) {
    if (!context.facts().blue) return { is: 'later', waitsFor: 'the facts of blue', changes: [] };
    const refused = tlsRefusal(context);
    if (refused) return refused;
    const missing: ToolAccount[] = [];
    for (const account of toolAccounts(context)) if (!(await isReady(context, account))) missing.push(account);
    if (missing.length === 0) {
      return {
        is: 'done',
        evidence: `${toolAccounts(context)
          .map((account) => account.user)
          .join(' and ')} can log in to blue`,
      };
    }
    return { is: 'needed', changes: missing.flatMap((account) => sql('blue', ...accountStatements(account, ''))) };
  },
  async do(context) {
    for (const account of toolAccounts(context)) {
      if (await isReady(context, account)) continue;
      const { password } = await toolCredentials(context, 'blue', account.user);
      await tell(context, 'blue', ...accountStatements(account, password));
    }
  },
  async undo(context) {
    await tell(context, 'blue', ...toolAccounts(context).map(dropAccount));
  },
};

async function isReady(context: StepContext, account: ToolAccount): Promise<boolean> {
  const found = (await ask(context, 'blue', accountsNamed(account.user))).find((row) => row.host === account.host);
  if (found?.plugin !== account.plugin || found.requiresTls !== account.requiresTls) return false;
  if (account.purpose === 'replication' && !(found.isReplicationSource && found.isReplicationClient)) return false;
  if (account.purpose === 'probe' && !(await ask(context, 'blue', tablePrivileges(account))).includes('Insert'))
    return false;
  // A host pattern may leave this machine out: then a refusal says nothing about the password.
  if (account.host !== '%') return true;
  return (await context.mysql.tryLogin('blue', await toolCredentials(context, 'blue', account.user))) === 'accepted';
}

function tlsRefusal(context: StepContext): Check | undefined {
  if (context.config.replication.tls !== 'required') return undefined;
  const versions = [clusterFacts(context, 'blue').engineVersion, context.config.green.engineVersion];
  const incapable = versions.filter((version) => !replicaCanUseTls(parseAuroraVersion(version)));
  if (incapable.length === 0) return undefined;
  return {
    is: 'blocked',
    problems: [
      problem(
        'channel-tls-unsupported',
        'this pair cannot encrypt both replication channels',
        `\`replication.tls: required\`, but ${incapable.join(' and ')} cannot encrypt a channel without imported key material (rds_set_binlog_source_ssl came with 3.06). Use \`auto\` to encrypt the channel that can be, or upgrade blue to a later minor first.`,
      ),
    ],
  };
}
