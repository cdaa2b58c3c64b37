/** What can be told of the fences of blue by looking: `precheck --probe-fences` proves the same on the server. */
import type { FenceConfig } from '../config/fence-schema';
import { accountLocks } from '../mysql/fence-statements';
import { hasReadOnlyProcedure, isServerAtLeast, parseAuroraVersion } from '../mysql/version';
import { awsOf } from './aws-access';
import type { CheckContext, Finding, UpgradeCheck } from './check';
import { AURORA_VERSION_3 } from './manuals';
import { globalPrivileges } from './operator-privileges';
import { select, show } from './queries';

const GRANTS = show('grants-for-fences', 'SHOW GRANTS');
const PROCEDURE = select(
  'read-only-procedure',
  "SELECT routine_name AS name FROM information_schema.routines WHERE routine_schema = 'mysql' AND routine_name = 'rds_set_read_only'",
);
const STATE_MS = 15_000;

type Kind = FenceConfig['kind'];
type Fence<K extends Kind> = Extract<FenceConfig, { kind: K }>;

export const fencesCheck: UpgradeCheck = {
  id: 'fences',
  title: 'What is to stop the writes of applications on blue',
  group: 'platform',
  severity: 'error',
  whyItMatters:
    'A cutover begins by stopping writes on blue. A fence that this version lacks, that the account may not close, or whose accounts or security groups are others than configured, is better found now than with the applications waiting. This check looks only; with --probe-fences each fence is tried without stopping anybody.',
  documentation: AURORA_VERSION_3,
  needs: 'rds:DescribeDBClusters, rds:DescribeDBClusterParameters; SELECT on mysql.user for account-lock',
  queries: [GRANTS, PROCEDURE],
  appliesTo: () => true,
  async run(context) {
    const { engineVersion } = await context.blueCluster();
    const configured = context.config?.cutover.fences.blue ?? [];
    const fences = configured.length > 0 ? configured : defaultFences(engineVersion);
    const findings = [...(await alreadyReadOnly(context))];
    for (const fence of fences) {
      try {
        findings.push(...(await lookAt(context, fence, configured.length > 0)));
      } catch (error) {
        context.couldNotRead(`the fence ${fence.kind}`, error);
      }
    }
    return findings;
  },
};

/** As the switch chooses them (cutover/fences/fencing.ts). */
function defaultFences(engineVersion: string): readonly FenceConfig[] {
  const hasProcedure = hasReadOnlyProcedure(parseAuroraVersion(engineVersion));
  return [{ kind: 'lock-tables' }, { kind: hasProcedure ? 'rds-set-read-only' : 'cluster-parameter-group' }];
}

async function alreadyReadOnly(context: CheckContext): Promise<readonly Finding[]> {
  if ((await context.variables()).get('read_only') !== 'ON') return [];
  return [
    {
      level: 'warning',
      object: 'read_only',
      description: 'Blue is read-only now: nobody but accounts that pass read_only can write.',
      cure: 'Find out who has closed it before a cutover; `npm run status` tells whether this tool has.',
    },
  ];
}

async function lookAt(context: CheckContext, fence: FenceConfig, isAsked: boolean): Promise<readonly Finding[]> {
  switch (fence.kind) {
    case 'lock-tables':
      return lockTables(context, isAsked);
    case 'rds-set-read-only':
      return rdsSetReadOnly(context);
    case 'cluster-parameter-group':
      return parameterGroup(context);
    case 'read-only':
      return readOnly(context, fence);
    case 'account-lock':
      return accountLock(context, fence);
    case 'security-group':
      return securityGroup(context, fence);
    case 'hook':
      return hook(context, fence);
  }
}

async function lockTables(context: CheckContext, isAsked: boolean): Promise<readonly Finding[]> {
  const missing = await missingPrivileges(context, 'LOCK TABLES', 'SELECT');
  if (missing === '') return [];
  return [
    {
      level: isAsked ? 'error' : 'notice',
      object: 'lock-tables',
      description: `The account lacks ${missing} on *.*, so no session can hold the tables: should this machine die behind the fence, blue does not open by itself.`,
      cure: `GRANT ${missing} ON *.* TO the account that this tool uses.`,
    },
  ];
}

async function rdsSetReadOnly(context: CheckContext): Promise<readonly Finding[]> {
  const { engineVersion } = await context.blueCluster();
  const name = 'rds-set-read-only';
  if (!hasReadOnlyProcedure(parseAuroraVersion(engineVersion))) {
    return [
      impossible(
        name,
        `${engineVersion} has no mysql.rds_set_read_only: it came with Aurora MySQL 3.06.`,
        'Configure cluster-parameter-group for blue, or leave cutover.fences.blue empty: then the quickest that this version has is taken.',
      ),
    ];
  }
  if ((await context.read(PROCEDURE)).length > 0) return [];
  return [
    impossible(
      name,
      'The account does not see the procedure mysql.rds_set_read_only, so it may not call it.',
      'GRANT EXECUTE ON PROCEDURE mysql.rds_set_read_only TO the account that this tool uses; the master user has it.',
    ),
  ];
}

async function parameterGroup(context: CheckContext): Promise<readonly Finding[]> {
  const { rds } = await awsOf(context);
  const { parameterGroup: group } = await context.blueCluster();
  // `apply` makes a group of its own: the check clusterParameterGroup says so.
  if (group.startsWith('default.')) return [];
  const found = (await rds.parameters('cluster', group, 'all')).find(({ name }) => name === 'read_only');
  if (found?.isModifiable === true && found.applyType === 'dynamic') return [];
  return [
    impossible(
      'cluster-parameter-group',
      `read_only of ${group} ${found === undefined ? 'does not exist' : 'cannot be changed while the cluster runs'}.`,
      'Configure another fence for blue in cutover.fences.blue.',
    ),
  ];
}

async function readOnly(context: CheckContext, fence: Fence<'read-only'>): Promise<readonly Finding[]> {
  const isNew = isServerAtLeast(context.server.version, 8, 0, 0);
  const wanted = isNew ? ['SYSTEM_VARIABLES_ADMIN', ...(fence.super ? ['CONNECTION_ADMIN'] : [])] : ['SUPER'];
  const missing = await missingPrivileges(context, ...wanted);
  if (missing === '' || (isNew && (await missingPrivileges(context, 'SUPER')) === '')) return [];
  return [
    impossible(
      'read-only',
      `The account lacks ${missing}, without which nobody sets read_only; RDS gives it to nobody.`,
      'Configure rds-set-read-only or cluster-parameter-group for blue.',
    ),
  ];
}

async function accountLock(context: CheckContext, { accounts }: Fence<'account-lock'>): Promise<readonly Finding[]> {
  const parsed = accounts.map((account) => {
    const at = account.lastIndexOf('@');
    return { user: account.slice(0, at), host: account.slice(at + 1) };
  });
  const locks = await context.read(accountLocks(parsed));
  const missing = await missingPrivileges(context, 'CREATE USER');
  return [
    ...(missing === ''
      ? []
      : [
          impossible(
            'account-lock',
            `The account lacks ${missing} on *.*, without which it locks nobody.`,
            'GRANT CREATE USER ON *.* TO the account that this tool uses.',
          ),
        ]),
    ...accounts.flatMap((account): readonly Finding[] => {
      const isLocked = locks.get(account);
      if (isLocked === undefined)
        return [
          {
            level: 'error',
            object: account,
            description:
              'cutover.fences.blue is to lock this account, which blue does not have: one that is misspelt would stay open.',
            cure: 'Correct the name in upgrade.yaml; the host is part of it.',
          },
        ];
      if (!isLocked) return [];
      return [
        {
          level: 'warning',
          object: account,
          description: 'It is locked already; after a cutover that is given up, or a rollback, the fence unlocks it.',
          cure: 'Take it out of cutover.fences.blue if it is to stay locked.',
        },
      ];
    }),
  ];
}

async function securityGroup(
  context: CheckContext,
  { openGroups, closedGroups }: Fence<'security-group'>,
): Promise<readonly Finding[]> {
  const { id, securityGroupIds } = await context.blueCluster();
  const same = (groups: readonly string[]): boolean =>
    [...groups].sort().join() === [...securityGroupIds].sort().join();
  if (same(openGroups)) return [];
  const now = `${id} has the security groups ${securityGroupIds.join(', ')}`;
  return [
    same(closedGroups)
      ? impossible(
          'security-group',
          `${now}: the fence is closed.`,
          'Give the cluster its openGroups back before a cutover.',
        )
      : impossible(
          'security-group',
          `${now}, not openGroups (${openGroups.join(', ')}): opening the fence would take a group away.`,
          'Correct openGroups in cutover.fences.blue.',
        ),
  ];
}

/** The command is declared to look only. */
async function hook(context: CheckContext, { state, timeout }: Fence<'hook'>): Promise<readonly Finding[]> {
  const { commands } = context;
  if (!commands) return [];
  const { id, endpoint, port } = await context.blueCluster();
  const [program = '', ...args] = state;
  const environment = {
    AURORA_CUTOVER_SIDE: 'blue',
    AURORA_CUTOVER_CLUSTER: id,
    AURORA_CUTOVER_ENDPOINT: endpoint,
    AURORA_CUTOVER_PORT: String(port),
  };
  const outcome = await commands.run({ program, args, environment }, { timeoutMs: Math.min(timeout, STATE_MS) });
  if (outcome.is === 'exited' && outcome.exitCode === 1) return [];
  const said =
    outcome.is !== 'exited'
      ? `${outcome.is === 'killed' ? 'was killed' : 'could not be started'}: ${outcome.why}`
      : outcome.exitCode === 0
        ? 'says that the fence is closed'
        : `ended with exit code ${outcome.exitCode}${outcome.output === '' ? '' : `: ${outcome.output}`}`;
  return [
    impossible(
      'hook',
      `\`${state.join(' ')}\` ${said}.`,
      'Run it by hand and mend it: exit code 1 says open, 0 closed, anything else unknown.',
    ),
  ];
}

function impossible(object: Kind, description: string, cure: string): Finding {
  return { level: 'error', object, description, cure };
}

/** Those of `wanted` that SHOW GRANTS does not tell, separated by commas. A role may hold them, so then none is said to lack. */
async function missingPrivileges(context: CheckContext, ...wanted: readonly string[]): Promise<string> {
  const granted = globalPrivileges((await context.read(GRANTS)).flatMap((row) => Object.values(row).map(String)));
  if (granted.has('ALL PRIVILEGES') || granted.has('')) return '';
  return wanted.filter((privilege) => !granted.has(privilege)).join(', ');
}
