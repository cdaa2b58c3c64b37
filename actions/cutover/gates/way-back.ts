import { ask, clusterFacts } from '../../engine/context';
import { binlogRetention, globalVariables } from '../../mysql/queries';
import { longestSourceHost, parseAuroraVersion } from '../../mysql/version';
import { wantedHours } from '../../steps/binlog-retention';
import { toolCredentials } from '../../steps/tool-accounts';
import type { Gate, GateContext, GateFamily } from './gate';

/** Whether the side that is switched away from will be able to follow: without that there is no going back. */
export const wayBack: GateFamily = {
  name: 'way back',
  ask: async (context) => Promise.all([login(context), binaryLog(context)]),
};

/** The account of the reverse channel must be able to log in on the side that becomes the source. */
async function login(context: GateContext): Promise<Gate> {
  const { from, to } = context;
  const { endpoint } = clusterFacts(context, to);
  const longest = longestSourceHost(parseAuroraVersion(clusterFacts(context, from).engineVersion));
  if (endpoint.length > longest) {
    return {
      name: 'way back',
      value: `the endpoint of ${to} has ${endpoint.length} characters`,
      limit: `${longest}`,
      ok: false,
      reason: `${from} cuts a longer host name of its source off, so it could not follow ${to}.`,
      measured: { characters: endpoint.length },
    };
  }
  const credentials = await toolCredentials(context, to, context.config.replication.user);
  const outcome = context.config.replication.host === '%' ? await context.mysql.tryLogin(to, credentials) : 'accepted';
  return {
    name: 'way back',
    value: `${credentials.user} on ${to}: ${outcome}`,
    limit: 'accepted',
    ok: outcome === 'accepted',
    reason: `Without it ${from} could not follow ${to} after the switch, and going back would lose writes. Run \`npm run apply\`.`,
    measured: { login: outcome, characters: endpoint.length },
  };
}

const VARIABLES = ['log_bin', 'binlog_format', 'binlog_row_image'] as const;

/** What the side to be opened writes down for the other one, and for how long. */
async function binaryLog(context: GateContext): Promise<Gate> {
  const { to, from } = context;
  const [variables, hours] = await Promise.all([
    ask(context, to, globalVariables(VARIABLES)),
    ask(context, to, binlogRetention()),
  ]);
  const [isOn, format, image] = VARIABLES.map((name) => variables.get(name) ?? 'unknown');
  const wanted = wantedHours(context);
  const carriesAll = format === 'ROW' && image === 'FULL';
  const isCarrying = context.config.replication.binlogFormat === 'ROW' ? carriesAll : true;
  return {
    name: `binary log of ${to}`,
    value: `${isOn}, ${format}, row image ${image}, kept ${hours === null ? 'not at all' : `${hours} h`}`,
    limit: `ON, ${context.config.replication.binlogFormat === 'ROW' ? 'ROW, row image FULL' : 'any format'}, kept ${wanted} h`,
    ok: isOn === 'ON' && isCarrying && hours !== null && hours >= wanted,
    reason: `${from} follows ${to} from it after the switch: a change that is not in it, or no longer, would be lost when going back. Run \`npm run apply\`.`,
    measured: { logBin: isOn ?? null, format: format ?? null, rowImage: image ?? null, retentionHours: hours },
  };
}
