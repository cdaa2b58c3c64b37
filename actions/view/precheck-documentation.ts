/** docs/prechecks from the catalogue of checks. Pure: equal catalogues give equal bytes. */
import type { UpgradeCheck } from '../checks/check';
import { crossingOf } from '../checks/crossing';

/** File names in docs/prechecks and their text. */
export function precheckDocumentation(checks: readonly UpgradeCheck[]): ReadonlyMap<string, string> {
  return new Map([['README.md', index(checks)], ...checks.map((check) => [`${check.id}.md`, page(check)] as const)]);
}

/** The upgrades that people make; others, such as a clone of the same version, run the checks that always apply. */
const CROSSINGS: readonly (readonly [label: string, from: string, to: string])[] = [
  ['5.7 to 8.0', '5.7.44', '8.0.43'],
  ['8.0 to 8.4', '8.0.39', '8.4.7'],
  ['5.7 to 9.7', '5.7.44', '9.7.4'],
];

const GROUPS: Readonly<Record<UpgradeCheck['group'], string>> = {
  operational: 'What is going on',
  platform: 'The cluster in AWS',
  replication: 'Fit for replication',
  accounts: 'Accounts',
  schema: 'Schemas',
  text: 'Stored SQL',
};

const WAYS = [
  '| option | what it adds |',
  '|---|---|',
  '| `--host H --user U` | any MySQL, without AWS and without upgrade.yaml; what needs AWS is not checked |',
  '| `--on-clone` | what is stored is checked on a clone of blue, with CHECK TABLE; the clone is deleted |',
  '| `--oracle lab`, `--oracle clone` | all that is stored is created on a throw-away server of the target version: of the lab on this machine, or an empty cluster on AWS, which is deleted |',
  '| `--probe-fences` | each fence is tried on blue without stopping anybody; this one writes: it says what, before it does |',
  '| `--log [file]` | explains upgrade-prechecks.log after a failed upgrade |',
  '| `--fix-script file` | the cures as SQL to be read by a person; nothing is executed |',
].join('\n');

function index(checks: readonly UpgradeCheck[]): string {
  const sections = Object.entries(GROUPS).map(([group, title]) => {
    const rows = checks
      .filter((check) => check.group === group)
      .map((check) => `| [${check.id}](${check.id}.md) | ${check.severity} | ${check.title} | ${crossings(check)} |`);
    return [`## ${title}`, '', '| check | worst level | about | upgrades |', '|---|---|---|---|', ...rows].join('\n');
  });
  return `${[
    '# Prechecks',
    'What `npm run precheck` looks at. It only reads. An error blocks the upgrade, a warning needs a decision, a notice is to be known. A check that could not look is listed as not checked, with the grant it needs; it never counts as passed.',
    WAYS,
    'Generated from `actions/checks` by `npx tsx docs/prechecks/generate.ts`.',
    ...sections,
  ].join('\n\n')}\n`;
}

function page(check: UpgradeCheck): string {
  const facts = [
    `- Worst level: **${check.severity}**`,
    `- Upgrades: ${crossings(check)}`,
    `- Needs: ${check.needs}`,
    ...(check.auroraId === undefined
      ? []
      : [
          `- In Aurora's upgrade-prechecks.log: ${[check.auroraId, ...(check.alsoInLogAs ?? [])].map((id) => `\`${id}\``).join(', ')}`,
        ]),
    ...(check.notTriedBecause === undefined ? [] : [`- Not seen on a real server: ${check.notTriedBecause}`]),
    `- Manual: ${check.documentation}`,
  ];
  const parts = [`# ${check.id}: ${check.title}`, check.whyItMatters, facts.join('\n')];
  if (check.queries.length > 0) {
    parts.push('## What it asks', ...check.queries.map(({ name, sql }) => `${name}:\n\n\`\`\`sql\n${sql}\n\`\`\``));
  }
  return `${parts.join('\n\n')}\n`;
}

function crossings(check: UpgradeCheck): string {
  const labels = CROSSINGS.filter(([, from, to]) => check.appliesTo(crossingOf(from, from, to))).map(
    ([label]) => label,
  );
  if (check.appliesTo(crossingOf('8.0.39', '8.0.39', '8.0.39'))) return 'all';
  return labels.join(', ');
}
