import { isServerAtLeast } from '../mysql/version';
import type { Aws } from '../ports/aws';
import type { CheckContext, UpgradeCheck } from './check';
import { AURORA_VERSION_3 } from './manuals';
import { select, text } from './queries';
import { newlyRemovedVariables, RENAMED_VARIABLES } from './removed-variables';

const CONFIGURED = select(
  'configured-variables',
  `SELECT LOWER(variable_name) AS name FROM performance_schema.variables_info
WHERE variable_source NOT IN ('COMPILED', 'DYNAMIC')`,
);

/**
 * MySQL Shell calls this an error, because a server of one's own does not start with an unknown option. On Aurora green gets
 * parameter groups of its own family, which cannot hold such a name: the setting is lost and nothing breaks at once.
 */
export const removedSysVars: UpgradeCheck = {
  id: 'removedSysVars',
  auroraId: 'removedSysVars',
  alsoInLogAs: ['removedSysLogVars'],
  title: 'Settings that the target does not have',
  group: 'platform',
  severity: 'warning',
  whyItMatters: 'A setting that somebody made on purpose is lost on green, where the variable does not exist any more.',
  documentation: AURORA_VERSION_3,
  needs:
    'rds:DescribeDBClusterParameters and rds:DescribeDBParameters; without AWS the variables of the server are read',
  queries: [CONFIGURED],
  appliesTo: (crossing) => newlyRemovedVariables(crossing).size > 0,
  async run(context) {
    const removed = newlyRemovedVariables(context.crossing);
    const found = context.aws ? await setInGroups(context, context.aws) : await setOnServer(context, removed);
    return [...found]
      .filter(([name]) => removed.has(name))
      .map(([name, where]) => ({
        level: 'warning',
        object: name,
        description: `It is set ${where}; the target does not have it.`,
        cure: RENAMED_VARIABLES[name]
          ? `In its place there is ${RENAMED_VARIABLES[name]}.`
          : 'Check that nobody depends on it; green does without it.',
      }));
  },
};

type SetVariables = ReadonlyMap<string, string>;

async function setInGroups(context: CheckContext, aws: Aws): Promise<SetVariables> {
  const { id, parameterGroup } = await context.blueCluster();
  const instances = await aws.rds.instances(id);
  const groups = new Set(instances.map((instance) => instance.parameterGroup));
  const found = new Map<string, string>();
  for (const parameter of await aws.rds.parameters('cluster', parameterGroup, 'user')) {
    found.set(parameter.name.replaceAll('-', '_'), `to ${parameter.value ?? ''} in ${parameterGroup}`);
  }
  for (const group of groups) {
    for (const parameter of await aws.rds.parameters('instance', group, 'user')) {
      found.set(parameter.name.replaceAll('-', '_'), `to ${parameter.value ?? ''} in ${group}`);
    }
  }
  return found;
}

/** 5.7 does not tell who set a value, so there one that differs from the default counts. */
async function setOnServer(
  context: CheckContext,
  defaults: ReadonlyMap<string, string | undefined>,
): Promise<SetVariables> {
  const variables = await context.variables();
  if (isServerAtLeast(context.server.version, 8, 0, 0)) {
    const names = (await context.read(CONFIGURED)).map((row) => text(row, 'name'));
    return new Map(names.map((name) => [name, `to ${variables.get(name) ?? ''}`]));
  }
  const found = new Map<string, string>();
  for (const [name, usual] of defaults) {
    const value = variables.get(name);
    if (usual !== undefined && value !== undefined && value.toUpperCase() !== usual) found.set(name, `to ${value}`);
  }
  return found;
}
