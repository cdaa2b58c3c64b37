import { clusterFacts } from '../../engine/context';
import { replicaCanUseTls } from '../../mysql/channel-security';
import { accountsNamed, globalVariables } from '../../mysql/queries';
import { obstacles, statementsToAvoid, WAY_BACK_VARIABLES, type WayBackFacts } from '../../mysql/reverse-compatibility';
import { newCollationUses, sessionDefaultForUtf8mb4 } from '../../mysql/reverse-queries';
import { isServerAtLeast, parseAuroraVersion } from '../../mysql/version';
import { PROBE_USER, toolCredentials } from '../../steps/tool-accounts';
import type { Gate, GateContext, GateFamily } from './gate';

/** Whether the old side will be able to follow the new one: a gate for each thing that would stop the channel back. */
export const reversePreflight: GateFamily = {
  name: 'reverse channel',
  async ask(context) {
    const facts = await wayBackFacts(context);
    const found = obstacles(facts);
    const limit = `${context.from} can read all that ${context.to} writes`;
    const closed = found
      .filter(({ effect }) => effect === 'stops')
      .map(({ what, why, cure }): Gate => ({
        name: 'reverse channel',
        value: what,
        limit,
        ok: false,
        reason: `Going back would not be possible: ${why}. Cure: ${cure}.`,
      }));
    if (closed.length > 0) return closed;
    const told = found.map(({ what }) => what).join('; ');
    const avoid = statementsToAvoid(facts);
    return [
      {
        name: 'reverse channel',
        value: told === '' ? 'nothing is known to stop it' : `runs, but: ${told}`,
        limit,
        ok: true,
        reason: [
          'Without it going back would lose writes.',
          ...found.map(({ what, why, cure }) => `${what}: ${why}; ${cure}.`),
          ...(avoid === undefined ? [] : [`${avoid}.`]),
        ].join(' '),
      },
    ];
  },
};

async function wayBackFacts(context: GateContext): Promise<WayBackFacts> {
  const source = context.servers[context.to];
  const replica = context.servers[context.from];
  const within = context.within();
  const isNew = isServerAtLeast(source.version, 8, 0, 11);
  const [sourceVariables, replicaVariables, accounts, collations, session] = await Promise.all([
    source.read(globalVariables(WAY_BACK_VARIABLES), within),
    replica.read(globalVariables(WAY_BACK_VARIABLES), within),
    source.read(accountsNamed(context.config.replication.user), within),
    isNew ? source.read(newCollationUses(), within) : [],
    isNew ? sessionOfOrdinaryAccount(context) : undefined,
  ]);
  const { host, tls } = context.config.replication;
  return {
    source: source.version,
    replica: replica.version,
    sourceVariables,
    replicaVariables,
    sessionDefaultForUtf8mb4: session,
    collations,
    account: accounts.find((one) => one.host === host),
    usesTls: tls !== 'off' && replicaCanUseTls(parseAuroraVersion(clusterFacts(context, context.from).engineVersion)),
  };
}

/** Asked in a session of its own: the tool's others hold rights that pass init_connect by. */
async function sessionOfOrdinaryAccount(context: GateContext): Promise<string> {
  const credentials = await toolCredentials(context, context.to, PROBE_USER);
  const session = await context.mysql.openSessionAs(context.to, credentials);
  try {
    return await session.read(sessionDefaultForUtf8mb4(), context.within());
  } finally {
    await session.close();
  }
}
