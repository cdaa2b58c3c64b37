/** What the explorer is tried with: mutations of the switch by name, and the rules that each breaks. */
import type { Direction } from '../../actions/state/format';
import type { Exploration } from './explorer';
import { OPEN_GROUPS, type Pair } from './scenario';
import { CLOSED_GROUP } from './world';
import { APPLICATION, APPLICATION_ACCOUNT, type WorldData } from './world-data';

const lostLocks: Exploration['further'] = (call) => (call.kind === 'state' ? [] : ['locks-lost']);
const lateStatements: Exploration['further'] = (call) => (call.kind === 'statement' ? ['done-later'] : []);

const rebootsAfterCommit: Exploration['further'] = (_call, isCommitted) => (isCommitted ? ['reboot-green'] : []);

const newTables: Exploration['further'] = (call, isCommitted) =>
  isCommitted || call.kind === 'state' ? [] : ['new-table'];

export interface Setup {
  readonly cases: readonly (readonly [Pair, Direction])[];
  readonly fences?: Readonly<Record<'blue' | 'green', readonly object[]>>;
  /** The application's account passes read_only. */
  readonly passes?: true;
}

const CASES: Setup['cases'] = [
  ['57-97', 'cutover'],
  ['57-97', 'rollback'],
];
export const BY_DEFAULT: Setup = { cases: CASES };
const PROCEDURE = { kind: 'rds-set-read-only' };
const WITHOUT_HOLD: Setup = {
  cases: CASES,
  fences: { blue: [{ kind: 'cluster-parameter-group' }], green: [PROCEDURE] },
};
const ACCOUNTS = [{ kind: 'account-lock', accounts: [APPLICATION_ACCOUNT] }, PROCEDURE];
const LOCKED_ACCOUNTS: Setup = {
  cases: [['97-97', 'cutover']],
  fences: { blue: ACCOUNTS, green: ACCOUNTS },
  passes: true,
};
const GROUPS = [
  { kind: 'lock-tables' },
  PROCEDURE,
  { kind: 'security-group', openGroups: OPEN_GROUPS, closedGroups: [CLOSED_GROUP] },
];
const SECURITY_GROUPS: Setup = {
  cases: [['97-97', 'cutover']],
  fences: { blue: GROUPS, green: GROUPS },
  passes: true,
};

export interface Mutation {
  readonly that: string;
  /** Each of these rules must be found broken. */
  readonly breaks: readonly string[];
  /** Faults without which it would not show. */
  readonly with?: Exploration['further'];
  /** Fences without which it would not show. */
  readonly where?: Setup;
}

export const MUTATIONS: readonly Mutation[] = [
  { that: 'does not close the fence', breaks: ['I1'] },
  { that: 'reads the final position before the fence', breaks: ['I3'] },
  { that: 'does not wait for the fence to show', breaks: ['I1', 'I3'], where: WITHOUT_HOLD },
  { that: 'lets go of the tables before the lasting fence is closed', breaks: ['I3', 'I10'] },
  { that: 'takes the hold of the tables for a fence that lasts', breaks: ['I11'] },
  { that: 'does not drain again although the log has moved behind the hold', breaks: ['I10'], with: newTables },
  { that: 'does not prepare the opening of locked accounts', breaks: ['I9'], where: LOCKED_ACCOUNTS },
  { that: 'leaves accounts unlocked that the way back has unlocked', breaks: ['I9', 'I12'], where: LOCKED_ACCOUNTS },
  { that: 'leaves the sessions that a security group does not cut', breaks: ['I9'], where: SECURITY_GROUPS },
  { that: 'skips the drain', breaks: ['I10'] },
  { that: 'notes the way back before the drain', breaks: ['I11'] },
  { that: 'leaves the forward channel running', breaks: ['I11'] },
  { that: 'switches endpoints before the commit', breaks: ['P3', 'I12'] },
  { that: 'opens the new side before the commit', breaks: ['I1'] },
  { that: 'opens the old side too', breaks: ['I1'] },
  { that: 'does not open', breaks: ['P3'] },
  { that: 'repeats an endpoint switch blindly', breaks: ['I7'] },
  { that: 'forgets the endpoints', breaks: ['I12'] },
  { that: 'does not confirm', breaks: ['I12'] },
  { that: 'undoes nothing', breaks: ['I12'] },
  { that: 'has no time of its own for undoing', breaks: ['I4'] },
  { that: 'opens the fence once and does not look again', breaks: ['I12'], with: lateStatements },
  { that: 'does not forget the forward channel', breaks: ['I12'] },
  { that: 'does not look at its locks', breaks: ['I8'], with: lostLocks },
  { that: 'does not look whether a rebooted side has written', breaks: ['P2'], with: rebootsAfterCommit },
  { that: 'does not persist the fence', breaks: ['I12'] },
  { that: 'does not persist the commit', breaks: ['I1'] },
  { that: 'undoes after the commit', breaks: ['I5', 'I1'] },
  { that: 'goes on after a failure before the commit', breaks: ['I3', 'I10'], where: WITHOUT_HOLD },
];

/** What a world of this setup begins with. */
export function lets({ passes }: Setup): (data: WorldData) => void {
  return ({ servers }) => {
    if (passes) servers.blue.accountsPassingReadOnly.push({ user: APPLICATION, host: '%' });
  };
}
