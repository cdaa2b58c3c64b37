/** What green's groups declare against what its writer runs with. Pure. */
import { compareValues } from '../../mysql/parameter-values';
import { LEVELS, type Levels } from '../../parameters/levels';
import { plainName } from '../../parameters/renames';
import type { ParameterLevel } from '../../ports/aws';
import type { ParameterPlan } from '../../state/format';
import type { ParityRow } from '../parity';

export interface DeclaredInput {
  readonly plan: ParameterPlan;
  /** Of the cluster group, for the phase that green rests in; see `phaseParameters`. */
  readonly phase: Readonly<Record<string, string>>;
  /** What somebody set in green's groups, by name. */
  readonly groups: Levels<ReadonlyMap<string, string>>;
  /** `SHOW GLOBAL VARIABLES` of green's writer, as far as it was asked. */
  readonly live: ReadonlyMap<string, string>;
  /** Whether a parameter of green's writer waits for a reboot. */
  readonly waitsForReboot: boolean;
}

export function declaredRows(input: DeclaredInput): readonly ParityRow[] {
  const wanted = wantedSettings(input);
  const names = new Set(wanted.map(({ level, name }) => `${level} ${name}`));
  return [
    ...wanted.map((one) => rowOf(one, input)),
    ...LEVELS.flatMap((level) =>
      [...input.groups[level]]
        .filter(([name]) => !names.has(`${level} ${name}`))
        .map(([name, value]): ParityRow => ({
          subject: `parameter ${name}`,
          blue: null,
          green: value,
          verdict: 'warns',
          reason: `Somebody set it in green's ${level} group, and nothing declares it: the next deploy takes it back.`,
          cure: ['npx cdktf deploy', keep(level, name, value)],
        })),
    ),
  ];
}

interface Wanted {
  readonly level: ParameterLevel;
  readonly name: string;
  readonly value: string;
}

/** One a name and level. What follows the phase wins over what was carried. */
export function wantedSettings({ plan, phase }: Pick<DeclaredInput, 'plan' | 'phase'>): readonly Wanted[] {
  return [
    ...plan.cluster.filter(({ name }) => phase[name] === undefined).map((one) => wantedOf('cluster', one)),
    ...Object.entries(phase).map(([name, value]): Wanted => ({ level: 'cluster', name, value })),
    ...plan.instance.map((one) => wantedOf('instance', one)),
  ];
}

function wantedOf(level: ParameterLevel, { name, value }: { readonly name: string; readonly value: string }): Wanted {
  return { level, name, value };
}

function rowOf(wanted: Wanted, input: DeclaredInput): ParityRow {
  const { level, name, value } = wanted;
  const declared = input.groups[level].get(name);
  const live = input.live.get(plainName(name));
  const row = { subject: `parameter ${name}`, blue: blueValue(input.plan, name), green: live ?? declared ?? null };
  if (declared !== value)
    return {
      ...row,
      green: declared ?? null,
      verdict: 'warns',
      reason: `Green's ${level} group has ${declared ?? 'no value'}, but ${value} is declared${live === undefined ? '' : `; green runs with ${live}`}.`,
      cure: ['npx cdktf deploy', 'npm run apply'],
    };
  if (live === undefined)
    return { ...row, verdict: 'expected', reason: 'The server shows no variable of this name: only RDS knows of it.' };
  if (level === 'cluster' && input.plan.instance.some((one) => one.name === name))
    return { ...row, verdict: 'expected', reason: "The instance's value wins over it." };
  return { ...row, ...judge(wanted, live, input) };
}

function judge(
  { name, value }: Wanted,
  live: string,
  { live: all, waitsForReboot }: DeclaredInput,
): Pick<ParityRow, 'verdict' | 'reason' | 'cure'> {
  const likeness = compareValues(name, value, live, all.get('system_time_zone'));
  if (likeness === 'same') return { verdict: 'same' };
  if (likeness === 'cannot-tell')
    return { verdict: 'expected', reason: `Declared as ${value}, of which the server makes a value of its own.` };
  return waitsForReboot
    ? {
        verdict: 'warns',
        reason: `Green's group declares ${value}, but green runs with ${live}: it waits for a reboot.`,
        cure: ['npm run apply'],
      }
    : {
        verdict: 'warns',
        reason: `Green's group declares ${value}, but green runs with ${live}, and RDS knows of no reboot that is pending.`,
        cure: ['aws rds reboot-db-instance --db-instance-identifier <writer of green>', 'npm run apply'],
      };
}

/** As blue's groups have it, under blue's own name. */
function blueValue({ translation }: ParameterPlan, name: string): string | null {
  const row = translation?.rows.find(({ green, verdict }) => green?.name === name && verdict !== 'overridden');
  if (!row?.blue) return null;
  return row.blue.name === name ? row.blue.value : `${row.blue.name} = ${row.blue.value}`;
}

function keep(level: ParameterLevel, name: string, value: string): string {
  return `or keep it: \`${name}: ${value}\` in green.${level}Parameters of upgrade.yaml, then npm run apply, npx cdktf deploy`;
}
