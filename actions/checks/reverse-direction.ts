/** Whether blue will be able to follow green after the switch: asked before green exists, of what green will be set to. */
import type { UpgradeConfig } from '../config/schema';
import { replicaCanUseTls } from '../mysql/channel-security';
import { obstacles, statementsToAvoid, WAY_BACK_VARIABLES } from '../mysql/reverse-compatibility';
import { parseAuroraVersion, replicationPlugin } from '../mysql/version';
import { toolParameters } from '../parameters/tool-parameters';
import type { CheckContext, Finding, UpgradeCheck } from './check';
import { AURORA_BINLOG_REPLICATION } from './manuals';

export const reverseDirection: UpgradeCheck = {
  id: 'reverseDirection',
  title: 'Whether blue can follow green after the switch',
  group: 'replication',
  severity: 'warning',
  whyItMatters:
    'After the cutover blue follows green, so that going back loses nothing. An older version reads only what it knows: settings of green, and statements that people run there, can end that channel, and with it the way back. This is asked of what green will be set to; the cutover asks the real green again.',
  documentation: AURORA_BINLOG_REPLICATION,
  needs: 'nothing',
  queries: [],
  appliesTo: ({ from, to }) => from[0] !== to[0] || from[1] !== to[1],
  async run(context) {
    const { crossing, server, config } = context;
    const variables = await context.variables();
    const source = crossing.to.join('.');
    const found = obstacles({
      source,
      replica: server.version,
      sourceVariables: futureVariables(context, variables),
      replicaVariables: variables,
      // What init_connect of the tool sees to, where blue does not know the default of 8.0.
      sessionDefaultForUtf8mb4: 'utf8mb4_general_ci',
      // Everything on green comes from blue, which stores no collation that it does not know.
      collations: [],
      account: { plugin: pluginOf(context), requiresTls: false },
      usesTls: config !== undefined && config.replication.tls !== 'off' && canUseTls(crossing.sourceVersion),
    });
    return [
      ...found.map(({ what, effect, why, cure }): Finding => ({
        level: effect === 'stops' ? 'warning' : 'notice',
        object: what,
        description:
          effect === 'stops' ? `Going back would not be possible: ${why}.` : `The channel runs, but: ${why}.`,
        cure: `Before green is made: ${cure}.`,
      })),
      ...toAvoid(source, server.version),
    ];
  },
};

function toAvoid(source: string, replica: string): readonly Finding[] {
  const avoid = statementsToAvoid({ source, replica });
  if (avoid === undefined) return [];
  return [
    {
      level: 'notice',
      object: 'statements on green after the switch',
      description: `Blue cannot follow what its version does not know. ${avoid}.`,
      cure: 'Hold such changes back until `finalize` has given up the way back.',
    },
  ];
}

/** Blue's own, over them what this tool sets, over them what upgrade.yaml sets. */
function futureVariables(context: CheckContext, variables: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const { crossing, config } = context;
  const kept = WAY_BACK_VARIABLES.flatMap((name): [string, string][] => {
    const value = variables.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const own = toolParameters(
    { text: crossing.sourceVersion, mysql: [crossing.from[0], crossing.from[1]], aurora: [] },
    { text: crossing.targetVersion, mysql: [crossing.to[0], crossing.to[1]], aurora: [] },
    {
      characterSetServer: variables.get('character_set_server') ?? '',
      collationServer: variables.get('collation_server') ?? '',
      initConnect: variables.get('init_connect') ?? '',
    },
  );
  return new Map([...kept, ...Object.entries(own), ...configured(config)]);
}

/** As the server will show them: RDS writes switches as 0 and 1. */
function configured(config: UpgradeConfig | undefined): readonly (readonly [string, string])[] {
  return Object.entries(config?.green.clusterParameters ?? {}).map(([name, value]) => {
    const isSwitch = [
      'binlog_transaction_compression',
      'log_bin_use_v1_row_events',
      'sql_generate_invisible_primary_key',
    ];
    return [name, isSwitch.includes(name) ? (/^(1|on)$/i.test(value) ? 'ON' : 'OFF') : value];
  });
}

function pluginOf({ crossing }: CheckContext): string {
  return isAurora(crossing.sourceVersion) && isAurora(crossing.targetVersion)
    ? replicationPlugin(parseAuroraVersion(crossing.sourceVersion), parseAuroraVersion(crossing.targetVersion))
    : 'sha256_password';
}

function canUseTls(version: string): boolean {
  return isAurora(version) && replicaCanUseTls(parseAuroraVersion(version));
}

function isAurora(version: string): boolean {
  return version.includes('.mysql_aurora.');
}
