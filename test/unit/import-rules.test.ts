/** The import rules of ARCHITECTURE.md, kept by reading the import statements and the free names of every TypeScript file. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import * as ts from 'typescript';

const ROOT = join(__dirname, '../..');
const SOURCES = ['main.ts', ...['actions', 'stacks', 'lab', 'docs'].flatMap((folder) => filesIn(folder))];

interface Rule {
  readonly name: string;
  /** Whether this file may not use what the rule is about. */
  readonly binds: (file: string) => boolean;
  /** What is wrong with a file that is bound: modules or names. */
  readonly offences: (source: Source) => readonly string[];
  /** Files that may all the same, each with its reason. */
  readonly except?: Readonly<Record<string, string>>;
}

/**
 * `modules`: packages as written, files of this repository by their path. `loaded`: those of them that are there before the
 * file runs, so not what `import()` brings. `names`: free identifiers.
 */
interface Source {
  readonly loaded: readonly string[];
  readonly modules: readonly string[];
  readonly names: ReadonlySet<string>;
}

const RULES: readonly Rule[] = [
  {
    name: '1. cdktf and constructs only in main.ts and stacks/',
    binds: (file) => file !== 'main.ts' && !isIn(file, 'stacks'),
    offences: ({ modules }) => modules.filter(isCdktf),
  },
  {
    name: '1. provider bindings by deep imports only: the package root costs 1.5 s and 578 MB',
    binds: () => true,
    offences: ({ modules }) => modules.filter((name) => /^@cdktf\/[^/]+(\/lib)?$/.test(name)),
  },
  {
    name: '2. the AWS SDK, mysql2 and child processes only in actions/adapters and lab/',
    binds: (file) => !isIn(file, 'actions/adapters') && !isIn(file, 'lab'),
    offences: ({ modules }) =>
      modules.filter(
        (name) => /^@aws-sdk\//.test(name) || /^mysql2(\/|$)/.test(name) || /^(node:)?child_process$/.test(name),
      ),
  },
  {
    name: '3. process and console only where a person or a script is spoken to',
    binds: (file) => !isIn(file, 'actions/cli') && !isIn(file, 'actions/view') && !isIn(file, 'lab'),
    offences: ({ modules, names }) => [
      ...modules.filter((name) => name === 'node:process' || name === 'process'),
      ...['process', 'console'].filter((name) => names.has(name)),
    ],
    except: {
      'main.ts': 'the entry point of cdktf: an environment variable in, an exit code out',
      'actions/adapters/this-process.ts': 'it is the adapter of the process',
      'actions/adapters/command-runner.ts': 'only process.kill ends a whole process group',
    },
  },
  {
    name: '3. clocks and timers only in the clock adapter',
    binds: (file) => !isIn(file, 'lab'),
    offences: ({ modules, names }) => [
      ...modules.filter((name) => /^(node:)?timers(\/promises)?$/.test(name)),
      ...['setTimeout', 'setInterval', 'setImmediate', 'performance', 'Date.now', 'AbortSignal.timeout'].filter(
        (name) => names.has(name),
      ),
    ],
    except: {
      'actions/adapters/system-clock.ts': 'it is the clock',
      'actions/adapters/run-program.ts': 'the longest time a terraform may take: minutes, and nothing is decided by it',
      'actions/adapters/watchdog-process.ts': 'to be mended: the patience with its child belongs to the clock',
    },
  },
  {
    name: '4. a step never imports another step',
    binds: (file) => STEP_FOLDERS.some((folder) => isIn(file, folder)),
    offences: ({ modules }) => modules.filter((name) => STEP_FOLDERS.some((folder) => isIn(name, folder))),
  },
  {
    name: '4. the machine, MySQL knowledge and renderers are pure',
    binds: isPure,
    offences: ({ modules }) => modules.filter((name) => isInputOutput(name)),
    except: {
      'actions/view/save-plan.ts': 'writes the two files of a saved plan, and nothing else',
      'actions/view/report/save-report.ts': 'writes the files of a report, and nothing else',
    },
  },
  {
    name: '5. stacks/ and main.ts import configuration, state and errors of actions/, nothing else',
    binds: (file) => file === 'main.ts' || isIn(file, 'stacks'),
    offences: ({ modules }) => modules.filter((name) => isIn(name, 'actions') && !isForStacks(name)),
    except: { 'main.ts': 'held to the next rule' },
  },
  {
    name: '5b. main.ts may also read a state that a team shares, through its one adapter, loaded only then',
    binds: (file) => file === 'main.ts',
    offences: ({ modules, loaded }) => [
      ...modules.filter((name) => isIn(name, 'actions') && !isForStacks(name) && name !== SHARED_STATE),
      ...loaded.filter((name) => name === SHARED_STATE),
    ],
  },
  {
    name: '6. nothing imports test/',
    binds: () => true,
    offences: ({ modules }) => modules.filter((name) => isIn(name, 'test')),
  },
  {
    name: '6. only `rehearse` and `lab` reach into lab/',
    binds: (file) => !isIn(file, 'lab'),
    offences: ({ modules }) => modules.filter((name) => isIn(name, 'lab')),
    except: {
      'actions/cli/lab.ts': 'the verb `lab`',
      'actions/cli/precheck-oracle.ts': '`precheck --oracle lab` starts a server of the target version',
      'actions/cli/rehearse.ts': 'the verb `rehearse`',
    },
  },
  {
    name: '7. adapters are known to the command line only: everybody else has ports',
    binds: (file) => isIn(file, 'actions') && !isIn(file, 'actions/adapters') && !isIn(file, 'actions/cli'),
    offences: ({ modules }) => modules.filter((name) => isIn(name, 'actions/adapters')),
  },
];

/** The adapter that reads a state in a bucket: it loads the AWS SDK. */
const SHARED_STATE = 'actions/adapters/shared-state';

function isForStacks(name: string): boolean {
  return isIn(name, 'actions/config') || isIn(name, 'actions/state') || name === 'actions/engine/errors';
}

const STEP_FOLDERS = ['prepare', 'replicate', 'finalize'].map((phase) => `actions/steps/${phase}`);

it.each(RULES)('$name', (rule) => {
  const bound = SOURCES.filter(rule.binds);
  expect(bound.length).toBeGreaterThan(0);
  const violations = bound
    .filter((file) => rule.except?.[file] === undefined)
    .flatMap((file) => rule.offences(sourceOf(file)).map((offence) => `${file} uses ${offence}`));
  expect(violations).toEqual([]);
});

it.each(RULES.filter((rule) => rule.except !== undefined))('$name: every exception is still needed', (rule) => {
  const idle = Object.keys(rule.except ?? {}).filter((file) => rule.offences(sourceOf(file)).length === 0);
  expect(idle).toEqual([]);
});

describe('the reader of imports', () => {
  const read = (text: string): Source => parse('actions/engine/sample.ts', text);

  it.each([
    ["import { App } from 'cdktf';", 'cdktf'],
    ["import type { App } from 'cdktf';", 'cdktf'],
    ["import 'cdktf';", 'cdktf'],
    ["export { App } from 'cdktf';", 'cdktf'],
    ["const app = await import('cdktf');", 'cdktf'],
    ["const app = require('cdktf');", 'cdktf'],
    ["import { x } from '../steps/prepare/discover-blue';", 'actions/steps/prepare/discover-blue'],
    ["import { x } from './runner';", 'actions/engine/runner'],
  ])('sees the module of %s', (text, module) => {
    expect(read(text).modules).toEqual([module]);
  });

  it('sees names that are used and not those that are only written', () => {
    const { names } = read(
      "// process\nconst text = 'console'; class A { process() { return this.process; } }\nconst b = { console: 1 };",
    );
    expect([names.has('process'), names.has('console')]).toEqual([false, false]);
    expect(read('process.exit(1);').names.has('process')).toBe(true);
    expect(read('const at = Date.now();').names.has('Date.now')).toBe(true);
    expect(read('const make = { log: console };').names.has('console')).toBe(true);
  });

  it('finds a violation of every rule in a file that breaks it', () => {
    const samples: Readonly<Record<string, readonly [file: string, text: string]>> = {
      '1. cdktf': ['actions/engine/x.ts', "import { Fn } from 'cdktf';"],
      '1. provider': ['stacks/x.ts', "import { rdsCluster } from '@cdktf/provider-aws';"],
      '2.': ['actions/steps/prepare/x.ts', "import { spawn } from 'node:child_process';"],
      '3. process': ['actions/engine/x.ts', "console.log('x');"],
      '3. clocks': ['actions/cutover/x.ts', 'const at = Date.now();'],
      '4. a step': ['actions/steps/prepare/x.ts', "import { stopBlue } from '../finalize/stop-blue';"],
      '4. the machine': ['actions/cutover/machine.ts', "import { readFileSync } from 'node:fs';"],
      '5b.': ['main.ts', "import { readSharedState } from './actions/adapters/shared-state';"],
      '5.': ['stacks/x.ts', "import { runSteps } from '../actions/engine/runner';"],
      '6. nothing': ['actions/cli/x.ts', "import { world } from '../../test/simulation/world';"],
      '6. only': ['actions/engine/x.ts', "import { lab } from '../../lab/supervisor/lab';"],
      '7.': ['actions/steps/prepare/x.ts', "import { createAws } from '../../adapters/aws-sdk';"],
    };
    for (const rule of RULES) {
      const [file, text] = Object.entries(samples).find(([start]) => rule.name.startsWith(start))?.[1] ?? ['', ''];
      expect([rule.name, rule.binds(file), rule.offences(parse(file, text)).length]).toEqual([rule.name, true, 1]);
    }
  });
});

function isCdktf(name: string): boolean {
  return /^(cdktf|constructs|@cdktf\/.*)(\/|$)/.test(name);
}

/** cutover/machine.ts, all of mysql/, and what turns plans, reports and states into text. */
function isPure(file: string): boolean {
  return file === 'actions/cutover/machine.ts' || isIn(file, 'actions/mysql') || isIn(file, 'actions/view');
}

/** Computing on what is given is pure; node:crypto derives, node:os and the terminal's colours do not. */
function isInputOutput(name: string): boolean {
  if (isIn(name, 'actions/adapters') || name === 'fs-extra') return true;
  return /^(node:)?(fs|net|dgram|dns|http|https|http2|tls|os|child_process|worker_threads|readline)(\/|$)/.test(name);
}

function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => join(folder, file));
}

const parsed = new Map<string, Source>();

function sourceOf(file: string): Source {
  const known = parsed.get(file);
  if (known) return known;
  const source = parse(file, readFileSync(join(ROOT, file), 'utf8'));
  parsed.set(file, source);
  return source;
}

function parse(file: string, text: string): Source {
  const placed = (name: string): string => (name.startsWith('.') ? normalize(join(dirname(file), name)) : name);
  const modules = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => placed(fileName));
  const names = new Set<string>();
  const lazily = new Set<string>();
  const visit = (node: ts.Node): void => {
    const [argument] = ts.isCallExpression(node) ? node.arguments : [];
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      if (argument && ts.isStringLiteral(argument)) lazily.add(placed(argument.text));
    if (ts.isIdentifier(node) && isFree(node)) {
      names.add(node.text);
      if (ts.isPropertyAccessExpression(node.parent)) names.add(`${node.text}.${node.parent.name.text}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true));
  return { modules, loaded: modules.filter((name) => !lazily.has(name)), names };
}

/** Not the name of a property, a member or a declared parameter. */
function isFree(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isParameter(parent) || ts.isPropertySignature(parent) || ts.isMethodSignature(parent)) return false;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return !(ts.isMethodDeclaration(parent) || ts.isPropertyDeclaration(parent));
}
