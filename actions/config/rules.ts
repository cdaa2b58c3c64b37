/** What must hold between settings. Each rule sees only sections that are valid by themselves. */
import { isIP } from 'node:net';

import { ENDPOINT_RULES } from './endpoint-rules';
import { FENCE_RULES } from './fence-rules';
import { problem, type Rule, type RuleProblem } from './rule';
import type { UpgradeConfig } from './schema';

/** Every broken rule; sections that did not parse are absent and their rules are skipped. */
export function brokenRules(config: Partial<UpgradeConfig>): readonly RuleProblem[] {
  return RULES.flatMap((rule) => rule(config));
}

const HOUR = 3_600_000;
const MAX_IDENTIFIER = 63;

/** Accounts that belong to RDS itself (Aurora User Guide; they are never touched). */
const RESERVED_ACCOUNTS = ['rdsadmin', 'rdsrepladmin', 'rdsproxyadmin', 'rdsrepladmin_priv_checks_user'];

/** Parameters that follow the phase of the upgrade: declared by the stack, see actions/state/declared.ts. */
const PHASE_PARAMETERS = ['read_only', 'event_scheduler'];

const RULES: readonly Rule[] = [
  ({ blue, green }) =>
    blue !== undefined && green !== undefined && blue.cluster === green.cluster
      ? [
          problem(
            ['green', 'cluster'],
            'green.cluster is the same as blue.cluster; green is a new cluster and needs a name of its own.',
          ),
        ]
      : [],

  ({ green }) => {
    if (green === undefined) return [];
    const longest = `${green.cluster}-${green.readers.length + 1}`;
    return longest.length > MAX_IDENTIFIER
      ? [
          problem(
            ['green', 'cluster'],
            `green.cluster is too long: the instance ${longest} would have ${longest.length} characters and RDS allows ${MAX_IDENTIFIER}.`,
          ),
        ]
      : [];
  },

  ({ green }) =>
    green?.source === 'clone' && green.snapshot !== undefined
      ? [problem(['green', 'snapshot'], 'green.snapshot has no effect with green.source clone; remove one of the two.')]
      : [],

  ({ green }) =>
    Object.keys({ ...green?.clusterParameters })
      .filter((name) => PHASE_PARAMETERS.includes(name))
      .map((name) =>
        problem(
          ['green', 'clusterParameters', name],
          `green.clusterParameters.${name} cannot be set: it follows the phase of the upgrade, so that only one side takes writes and runs events.`,
        ),
      ),

  ({ replication }) => {
    if (replication === undefined) return [];
    const { retention } = replication;
    return retention % HOUR !== 0 || retention < HOUR || retention > 2_160 * HOUR
      ? [
          problem(
            ['replication', 'retention'],
            'replication.retention must be whole hours between 1h and 2160h (90d), which is what Aurora can keep.',
          ),
        ]
      : [];
  },

  ({ replication }) =>
    replication !== undefined && RESERVED_ACCOUNTS.includes(replication.user)
      ? [
          problem(
            ['replication', 'user'],
            `replication.user cannot be ${replication.user}: RDS reserves that account for itself.`,
          ),
        ]
      : [],

  ({ cutover }) =>
    cutover !== undefined && cutover.undoReserve >= cutover.budget
      ? [
          problem(
            ['cutover', 'undoReserve'],
            'cutover.undoReserve must be less than cutover.budget: the rest of the budget is what the switch itself may take.',
          ),
        ]
      : [],

  ({ cutover }) =>
    (cutover?.passingAccounts ?? []).flatMap((account, index) =>
      /^[^@]+@[^@]+$/.test(account)
        ? []
        : [
            problem(
              ['cutover', 'passingAccounts', index],
              `cutover.passingAccounts[${index}] must be written as user@host, for example batch@10.0.%.`,
            ),
          ],
    ),

  ...ENDPOINT_RULES,
  ...FENCE_RULES,

  ({ waivers }) =>
    (waivers ?? []).flatMap(({ check, object }, index, all) => {
      const first = all.findIndex((other) => other.check === check && other.object === object);
      return first < index
        ? [
            problem(
              ['waivers', index],
              `waivers[${index}] is for the same check and object as waivers[${first}]; keep one of them, so that it is clear until when it counts.`,
            ),
          ]
        : [];
    }),

  ({ network }) =>
    (network?.dnsServers ?? []).flatMap((server, index) =>
      isNameServer(server)
        ? []
        : [
            problem(
              ['network', 'dnsServers', index],
              `network.dnsServers[${index}] must be an address, with a port or without, such as 10.0.0.2 or 127.0.0.1:5353.`,
            ),
          ],
    ),

  ({ network }) =>
    network?.connectTimeout === 0
      ? [
          problem(
            ['network', 'connectTimeout'],
            'network.connectTimeout must be longer than 0: no connection could be made.',
          ),
        ]
      : [],
];

function isNameServer(text: string): boolean {
  if (isIP(text) !== 0) return true;
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  return (
    match !== null &&
    isIP(match[1] ?? match[2] ?? '') === (match[1] === undefined ? 4 : 6) &&
    Number(match[3]) <= 65_535
  );
}
