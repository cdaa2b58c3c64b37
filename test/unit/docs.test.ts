/** What the documents name exists: files, headings, npm scripts, verbs, options, permissions. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { UPGRADE_CHECKS } from '../../actions/checks/catalogue';
import { main } from '../../actions/cli/main';
import { EXIT } from '../../actions/cli/exit-codes';
import { stepsDocument } from '../../docs/generate-steps';

const ROOT = join(__dirname, '../..');
const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'lab/README.md',
  'docs/prechecks/README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

it('docs/steps.md is what `npx tsx docs/generate-steps.ts` writes', async () => {
  expect(read('docs/steps.md')).toBe(await stepsDocument());
});

it('README.md counts the prechecks and names every exit code', () => {
  const readme = read('README.md');
  expect(readme).toContain(`[all ${UPGRADE_CHECKS.length} checks]`);
  expect(readme).toContain(`- Prechecks: ${UPGRADE_CHECKS.length} of the checks`);
  const table = readme.slice(readme.indexOf('## Exit codes'), readme.indexOf('## Requirements'));
  const named = [...table.matchAll(/^\| (\d+)(?: \/ (\d+))? \|/gm)].flatMap(([, one, other]) =>
    [one, other ?? []].flat(),
  );
  expect(named.map(Number).toSorted((a, b) => a - b)).toEqual(Object.values(EXIT).toSorted((a, b) => a - b));
});

it.each(DOCUMENTS)('%s: every relative link leads to a file and a heading that exist', (document) => {
  expect(brokenLinks(document, read(document))).toEqual([]);
});

it.each(DOCUMENTS)('%s: every npm script, verb and option exists', async (document) => {
  expect(await unknownWords(read(document))).toEqual([]);
});

it('finds a link, a heading, a script, a verb and an option that do not exist', async () => {
  expect(
    brokenLinks('README.md', '[a](docs/none.md) [b](docs/steps.md#none) [c](docs/steps.md#fence) [d](#none)'),
  ).toEqual(['docs/none.md', 'docs/steps.md#none', '#none']);
  expect(
    await unknownWords(
      '`npm run nothing` `npm run lint` `npx aurora-cutover nothing` `npm run apply -- --allow-reboots` `aurora-cutover lab up --pair`',
    ),
  ).toEqual(['npm run nothing', 'aurora-cutover nothing', 'aurora-cutover apply --allow-reboots']);
});

describe('docs/permissions.md', () => {
  const text = read('docs/permissions.md');
  const policies = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => JSON.parse(json ?? '') as Policy);

  it('holds policies that IAM can read', () => {
    expect(policies).toHaveLength(7);
    for (const { Version, Statement } of policies) {
      expect(Version).toBe('2012-10-17');
      for (const { Effect, Resource } of Statement) expect([Effect, Resource.length > 0]).toEqual(['Allow', true]);
    }
  });

  it('allows every call that the tool makes', () => {
    // The last one is Terraform's.
    const allowed = new Set(
      policies.slice(0, -1).flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action)),
    );
    const calls = callsInCode();
    expect(calls.length).toBeGreaterThan(15);
    expect(calls.filter((call) => !allowed.has(call))).toEqual([]);
  });
});

interface Policy {
  readonly Version: string;
  readonly Statement: readonly {
    readonly Effect: string;
    readonly Action: string | readonly string[];
    readonly Resource: string | readonly string[];
  }[];
}

/** What adapters ask by name, and the changes of aws/calls.ts. */
function callsInCode(): readonly string[] {
  const asked = readdirSync(join(ROOT, 'actions/adapters'))
    .filter((file) => file.startsWith('aws-'))
    .flatMap((file) => [...read(`actions/adapters/${file}`).matchAll(/'([a-z0-9]+:[A-Z]\w+)'/g)])
    .map(([, call]) => call ?? '');
  const changes = [...read('actions/aws/calls.ts').matchAll(/service: '(\w+)',\s+action: '(\w+)'/g)].map(
    ([, service, action]) => `${service ?? ''}:${action ?? ''}`,
  );
  return [...new Set([...asked, ...changes])];
}

function brokenLinks(document: string, text: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link ?? '')
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', heading] = link.split('#');
      const target = path === '' ? document : relative(ROOT, join(ROOT, dirname(document), path));
      if (!existsSync(join(ROOT, target))) return true;
      return heading !== undefined && !headingsOf(read(target)).includes(heading);
    });
}

/** As GitHub makes anchors: lower case, punctuation dropped, spaces to hyphens. */
function headingsOf(text: string): readonly string[] {
  return text
    .replace(/```[\s\S]*?```/g, '')
    .split('\n')
    .filter((line) => /^#+ /.test(line))
    .map((line) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replace(/ /g, '-'),
    );
}

async function unknownWords(text: string): Promise<readonly string[]> {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };
  const verbs = verbsOf(await help([]));
  const unknown: string[] = [];
  for (const [, script = '', verb = '', rest = ''] of text.matchAll(
    /(?:npm run ([\w:]+)|(?:npx|node|\n|`) ?aurora-cutover ([a-z]+))((?: +[^\s`#.,;)]+)*)/g,
  )) {
    if (script !== '' && scripts[script] === undefined) unknown.push(`npm run ${script}`);
    const word = verb || (scripts[script]?.includes(`aurora-cutover.js ${script}`) === true ? script : '');
    if (word === '' || unknown.includes(`npm run ${script}`)) continue;
    if (!verbs.includes(word)) {
      unknown.push(`aurora-cutover ${word}`);
      continue;
    }
    // The lab parses its own options.
    if (word === 'lab') continue;
    const known = await help([word]);
    const options = [...rest.matchAll(/--[a-z][a-z-]*/g)].map(([option]) => option);
    unknown.push(
      ...options.filter((option) => !known.includes(option)).map((option) => `aurora-cutover ${word} ${option}`),
    );
  }
  return unknown;
}

function verbsOf(text: string): readonly string[] {
  return [...text.matchAll(/^ {2}([a-z]+)(?= )/gm)].map(([, verb]) => verb ?? '');
}

const helpTexts = new Map<string, string>();

/** What the command itself prints. */
async function help(words: readonly string[]): Promise<string> {
  const key = words.join(' ');
  const known = helpTexts.get(key);
  if (known !== undefined) return known;
  let printed = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
  try {
    expect(await main([...words, '--help'])).toBe(0);
  } finally {
    write.mockRestore();
  }
  helpTexts.set(key, printed);
  return printed;
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}
