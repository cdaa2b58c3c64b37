/** What the application sees on blue, and would see on green: both as they run. Pure. */
import { compareValues } from '../../mysql/parameter-values';
import { plainName } from '../../parameters/renames';
import type { ParameterPlan } from '../../state/format';
import type { ParityRow } from '../parity';
import { APPLICATION_VARIABLES, isLarger, isSeenTheSame, type ApplicationVariable } from './application-variables';

export interface ApplicationInput {
  readonly plan: ParameterPlan;
  readonly blue: ReadonlyMap<string, string>;
  readonly green: ReadonlyMap<string, string>;
}

/** A variable that no server before 8.0 has. */
const SINCE_8 = 'default_collation_for_utf8mb4';

/** A variable that one of them does not have is left out: the translation tells of it. */
export function applicationRows(input: ApplicationInput): readonly ParityRow[] {
  const rows = APPLICATION_VARIABLES.flatMap((variable): readonly ParityRow[] => {
    const [blue, green] = [input.blue.get(variable.name), input.green.get(variable.name)];
    if (blue === undefined || green === undefined) return [];
    return [{ subject: `variable ${variable.name}`, blue, green, ...judge(variable, blue, green, input) }];
  });
  return [...rows, ...collationOfUtf8mb4(input)];
}

type Judgement = Pick<ParityRow, 'verdict' | 'reason' | 'cure'>;

function judge(variable: ApplicationVariable, blue: string, green: string, input: ApplicationInput): Judgement {
  const { name, why } = variable;
  const zones = { blue: input.blue.get('system_time_zone'), green: input.green.get('system_time_zone') };
  if (isSeenTheSame(name, blue, green, zones)) return { verdict: 'same' };
  if (variable.harmless === 'negotiated') return { verdict: 'expected', reason: why };
  if (variable.harmless === 'larger' && isLarger(name, blue, green))
    return { verdict: 'expected', reason: 'Green allows more.' };
  const onPurpose = purposeOf(input.plan, name, green);
  if (onPurpose !== undefined) return { verdict: 'expected', reason: `${why} ${onPurpose}` };
  if (variable.breaks?.(blue, green, !input.blue.has(SINCE_8)))
    return {
      verdict: 'blocks',
      reason: why,
      cure: [
        name === 'lower_case_table_names'
          ? `green must be made with it: \`${name}: ${blue}\` in green.clusterParameters of upgrade.yaml, then a new green`
          : settle(name, blue, input.plan),
      ],
    };
  const reason = [why, ...staleOnBlue(input.plan, name, blue)].join(' ');
  return { verdict: 'warns', reason, cure: [variable.cure ?? settle(name, blue, input.plan)] };
}

/** Green gets what blue's group declares, which blue itself may not run with yet. */
function staleOnBlue({ translation }: ParameterPlan, name: string, live: string): readonly string[] {
  const place = translation?.rows.find(({ green }) => green && plainName(green.name) === name)?.blue;
  if (place?.from !== 'group' || compareValues(place.name, place.value, live) !== 'different') return [];
  return [`Blue's own group declares ${place.value}, and blue does not run with it: it may wait for a reboot.`];
}

/** Undefined unless green runs with what was decided for it. */
function purposeOf({ cluster, instance }: ParameterPlan, name: string, green: string): string | undefined {
  const planned = [...instance, ...cluster].find((one) => plainName(one.name) === name);
  if (!planned || compareValues(name, planned.value, green) !== 'same') return undefined;
  if (planned.origin === 'config') return 'upgrade.yaml sets it.';
  return planned.origin === 'tool' ? 'Replication in both directions needs it, as the plan says.' : undefined;
}

function settle(name: string, blue: string, { cluster, instance }: ParameterPlan): string {
  const declared = [...instance, ...cluster].find((one) => plainName(one.name) === name);
  if (declared && compareValues(name, declared.value, blue) === 'same')
    return `it is declared as on blue already: see \`parameter ${declared.name}\``;
  return `\`${name}: ${blue === '' ? "''" : blue}\` in green.clusterParameters of upgrade.yaml, then npm run apply, npx cdktf deploy, npm run apply`;
}

/** 5.7 has no such variable: there it is utf8mb4_general_ci for ever. */
function collationOfUtf8mb4({ blue, green }: ApplicationInput): readonly ParityRow[] {
  const name = SINCE_8;
  const [before, after] = [blue.get(name) ?? 'utf8mb4_general_ci', green.get(name)];
  if (after === undefined) return [];
  const row = { subject: `variable ${name}`, blue: before, green: after };
  if (before === after) return [{ ...row, verdict: 'same' }];
  if (green.get('init_connect')?.includes(name))
    return [{ ...row, verdict: 'expected', reason: "init_connect gives each session blue's collation." }];
  return [
    {
      ...row,
      verdict: 'warns',
      reason:
        'A new column CHARACTER SET utf8mb4 without COLLATE gets another collation than those that are there, and cannot be joined with them.',
      cure: [
        `\`init_connect: SET ${name} = ${before}\` in green.clusterParameters of upgrade.yaml, or COLLATE in the DDL`,
      ],
    },
  ];
}
