/** What must hold between the fences of a side: their order matters (actions/cutover/fences). */
import type { Side } from '../ports/mysql-server';
import type { FenceConfig } from './fence-schema';
import { problem, type Rule, type RuleProblem } from './rule';

/** The kinds that stop every ordinary account, wherever it comes from. */
export const READ_ONLY_KINDS: readonly string[] = ['rds-set-read-only', 'cluster-parameter-group', 'read-only'];

export const FENCE_RULES: readonly Rule[] = [
  ({ cutover }) => (['blue', 'green'] as const).flatMap((side) => ofSide(side, cutover?.fences[side] ?? [])),

  // The lock is in the binary log: it arrives on the other side, where only a fence that knows it unlocks.
  ({ cutover }) => {
    const locked = { blue: lockedBy(cutover?.fences.blue), green: lockedBy(cutover?.fences.green) };
    return (['blue', 'green'] as const).flatMap((side) => {
      const other = side === 'blue' ? 'green' : 'blue';
      const lacking = locked[other].filter((account) => !locked[side].includes(account));
      return lacking.length === 0
        ? []
        : [
            problem(
              ['cutover', 'fences', side],
              `cutover.fences.${side} must lock ${lacking.join(', ')} too, by account-lock: replication carries the lock of ${other} to ${side}, where nothing would unlock it.`,
            ),
          ];
    });
  },

  ({ cutover }) =>
    cutover !== undefined && cutover.freeAfter <= cutover.budget
      ? [
          problem(
            ['cutover', 'freeAfter'],
            'cutover.freeAfter must be longer than cutover.budget: within the budget the fence must not free itself.',
          ),
        ]
      : [],
];

function lockedBy(fences: readonly FenceConfig[] = []): readonly string[] {
  return fences.flatMap((fence) => (fence.kind === 'account-lock' ? fence.accounts : []));
}

function ofSide(side: Side, fences: readonly FenceConfig[]): readonly RuleProblem[] {
  if (fences.length === 0) return [];
  const path = ['cutover', 'fences', side];
  const name = path.join('.');
  const base = fences.findIndex(({ kind }) => READ_ONLY_KINDS.includes(kind));
  const missing =
    base < 0
      ? [problem(path, `${name} needs one of ${READ_ONLY_KINDS.join(', ')}: the other kinds stop some accounts only.`)]
      : [];
  return [
    ...missing,
    ...fences.flatMap((fence, index) => {
      const say = (text: string): RuleProblem => problem([...path, index], `${name}[${index}]: ${text}`);
      if (fence.kind === 'lock-tables' && index > 0)
        return [say('lock-tables must come first, because it frees itself.')];
      if (fence.kind !== 'account-lock') return [];
      const late =
        base >= 0 && index > base
          ? [say(`account-lock must come before ${fences[base]?.kind ?? 'read_only'}, which may refuse it.`)]
          : [];
      const needless =
        fences[base]?.kind === 'read-only' && fences[base].super
          ? [
              say(
                'account-lock does not go with super_read_only, which binds every account already and refuses ALTER USER: leave it out, or set super: false.',
              ),
            ]
          : [];
      const malformed = fence.accounts
        .filter((account) => !/^[^@]+@[^@]+$/.test(account))
        .map((account) => say(`${account} must be written as user@host, for example app@10.0.%.`));
      return [...late, ...needless, ...malformed];
    }),
  ];
}
