/** Asks both sides what decides whether one can follow the other. Observes only. */
import { ask, clusterFacts, limits } from '../engine/context';
import type { StepContext } from '../engine/step';
import { replicaCanUseTls } from '../mysql/channel-security';
import { accountsNamed, globalVariables } from '../mysql/queries';
import { WAY_BACK_VARIABLES, type WayBackFacts } from '../mysql/reverse-compatibility';
import { newCollationUses, sessionDefaultForUtf8mb4 } from '../mysql/reverse-queries';
import { isServerAtLeast, parseAuroraVersion } from '../mysql/version';
import type { Side } from '../ports/mysql-server';
import { otherSide } from '../steps/channel';
import { PROBE_USER, toolCredentials } from '../steps/tool-accounts';

/** `source`: the side that serves, or will. Throws when a side cannot be asked. */
export async function wayBackFacts(context: StepContext, source: Side): Promise<WayBackFacts> {
  const replica = otherSide(source);
  const [{ version }, { version: old }] = await Promise.all([
    context.mysql.connect(source),
    context.mysql.connect(replica),
  ]);
  // The session variable that is asked for came with 8.0.11.
  const isNew = isServerAtLeast(version, 8, 0, 11);
  const [sourceVariables, replicaVariables, accounts, collations, session] = await Promise.all([
    ask(context, source, globalVariables(WAY_BACK_VARIABLES)),
    ask(context, replica, globalVariables(WAY_BACK_VARIABLES)),
    ask(context, source, accountsNamed(context.config.replication.user)),
    isNew ? ask(context, source, newCollationUses()) : [],
    isNew ? sessionOfOrdinaryAccount(context, source) : undefined,
  ]);
  const { host, tls } = context.config.replication;
  return {
    source: version,
    replica: old,
    sourceVariables,
    replicaVariables,
    sessionDefaultForUtf8mb4: session,
    collations,
    account: accounts.find((one) => one.host === host),
    usesTls: tls !== 'off' && replicaCanUseTls(parseAuroraVersion(clusterFacts(context, replica).engineVersion)),
  };
}

/** Asked in a session of its own: the tool's others hold rights that pass init_connect by. */
async function sessionOfOrdinaryAccount(context: StepContext, side: Side): Promise<string> {
  const session = await context.mysql.openSessionAs(side, await toolCredentials(context, side, PROBE_USER));
  try {
    return await session.read(sessionDefaultForUtf8mb4(), limits(context));
  } finally {
    await session.close();
  }
}
