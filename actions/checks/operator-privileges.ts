import { isServerAtLeast } from '../mysql/version';
import type { Finding, UpgradeCheck } from './check';
import { AURORA_VERSION_3 } from './manuals';
import { show } from './queries';

const GRANTS = show('own-grants', 'SHOW GRANTS');

interface Wanted {
  readonly privilege: string;
  readonly why: string;
  readonly level: 'error' | 'warning';
}

const WANTED: readonly Wanted[] = [
  { privilege: 'SELECT', level: 'error', why: 'the checks and verify read your schemas' },
  { privilege: 'PROCESS', level: 'error', why: 'transactions and sessions of others are seen with it only' },
  { privilege: 'REPLICATION CLIENT', level: 'error', why: 'positions and the state of replication are read with it' },
  { privilege: 'REPLICATION SLAVE', level: 'error', why: 'it is handed on to the replication account' },
  { privilege: 'CREATE USER', level: 'error', why: 'the replication account is created with it' },
  { privilege: 'RELOAD', level: 'warning', why: 'CHECK TABLE .. FOR UPGRADE and FLUSH need it' },
  { privilege: 'EVENT', level: 'warning', why: 'events are seen and switched with it' },
  { privilege: 'TRIGGER', level: 'warning', why: 'the text of triggers is read with it' },
  { privilege: 'SHOW VIEW', level: 'warning', why: 'the text of views is read with it' },
];

export const operatorPrivileges: UpgradeCheck = {
  id: 'operatorPrivileges',
  title: 'What the account of this tool may do',
  group: 'accounts',
  severity: 'error',
  whyItMatters:
    'Preparing blue, replication and the switch each need privileges. One that is missing is better found now than half-way, and without PROCESS the server silently shows only the own sessions.',
  documentation: AURORA_VERSION_3,
  needs: 'nothing',
  queries: [GRANTS],
  appliesTo: () => true,
  async run(context) {
    const granted = globalPrivileges((await context.read(GRANTS)).flatMap((row) => Object.values(row).map(String)));
    if (granted.has('ALL PRIVILEGES')) return [];
    // Roles that are not active at login do not show what they hold.
    const hasRoles = isServerAtLeast(context.server.version, 8, 0, 0) && granted.has('');
    return WANTED.filter(({ privilege }) => !granted.has(privilege)).map(({ privilege, level, why }): Finding => ({
      level: hasRoles ? 'warning' : level,
      object: privilege,
      description: `The account lacks ${privilege} on *.*: ${why}.${hasRoles ? ' A role of it may hold that: SHOW GRANTS .. USING tells.' : ''}`,
      cure: `GRANT ${privilege} ON *.* TO the account that this tool uses; on Aurora use the master user.`,
    }));
  },
};

/** Names of the privileges on *.* that these lines of SHOW GRANTS tell, upper case; an empty one stands for a granted role. */
export function globalPrivileges(lines: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const line of lines) {
    const grant = /^GRANT (.+) ON \*\.\* TO /i.exec(line)?.[1];
    if (grant !== undefined) for (const privilege of grant.split(',')) found.add(privilege.trim().toUpperCase());
    else if (/^GRANT [`'"]/.test(line)) found.add('');
    if (/ WITH GRANT OPTION/.test(line)) found.add('GRANT OPTION');
  }
  return found;
}
