/** One reviewed plan from a new blue to the end, on real servers: what is refused, what is rehearsed dry, what Terraform says. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ModifyDBParameterGroupCommand, RDSClient } from '@aws-sdk/client-rds';
import { parse } from 'yaml';
import { ClusterFolders } from '../../lab/mysql/cluster-folder';
import { rowsOf, withServer } from '../../lab/mysql/connect';
import { serverFiles } from '../../lab/mysql/server-options';
import {
  changesOfAws,
  closeTestLab,
  deploy,
  openTestLab,
  readState,
  run,
  succeed,
  type TestLab,
} from './support/test-lab';
import { CLONE, errorOf, type ToolRun } from './support/tool';
import { connectAsMaster, expectRest, restingIn } from './support/world';

jest.setTimeout(240_000);

let lab: TestLab;
let plan: string;
const BEGIN = ['--auto-approve', '--allow-reboot'];

beforeAll(async () => {
  lab = await openTestLab('57-97');
  plan = join(lab.lab.dir, 'plans', 'orders.plan.json');
});

afterAll(() => closeTestLab(lab));

describe('before anything is done', () => {
  test('two plans in a row are the same to the byte, and change nothing', async () => {
    const before = await changesOfAws(lab);
    const first = await succeed(lab, ['plan', '--out', join(lab.lab.dir, 'plans', 'orders')]);
    const second = await succeed(lab, ['plan', '--out', join(lab.lab.dir, 'plans', 'again')]);
    const texts = ['orders', 'again'].map((name) =>
      readFileSync(join(lab.lab.dir, 'plans', `${name}.plan.json`), 'utf8'),
    );
    expect(texts[0]).toBe(texts[1]);
    expect(first.objects.at(-1)?.['plan']).toEqual(second.objects.at(-1)?.['plan']);
    expect(await changesOfAws(lab)).toBe(before);
    const text = readFileSync(join(lab.lab.dir, 'plans', 'orders.plan.md'), 'utf8');
    for (const command of ['apply', 'cdktf deploy', 'cutover', 'rollback', 'finalize'])
      expect(text).toContain(`## \`${command}\``);
    for (const foreseen of [
      'rds_set_external_source',
      'rds_set_external_master',
      'ChangeResourceRecordSets',
      'DROP USER',
      'StopDBCluster',
    ])
      expect(text).toContain(foreseen);
    expect(text).not.toContain(lab.lab.users.master.password);
    expect((await run(lab, ['plan', '--check', plan])).exitCode).toBe(0);
  });

  test('a plan that was changed by hand is refused', async () => {
    const forged = join(lab.lab.dir, 'forged.plan.json');
    writeFileSync(
      forged,
      readFileSync(plan, 'utf8').replace('"reader"', '"writer"').replace('cutover_repl', 'intruder'),
    );
    const ended = await run(lab, ['apply', '--plan', forged, ...BEGIN]);
    expect({ exitCode: ended.exitCode, code: errorOf(ended).code }).toEqual({ exitCode: 3, code: 'plan-tampered' });
    expect((await run(lab, ['plan', '--check', forged])).exitCode).toBe(1);
  });

  test('a dry run of apply names its calls and makes none', async () => {
    const calls = await dryRun(['apply', '--allow-reboot'], ['blue']);
    expect(calls).toEqual(
      expect.arrayContaining([
        'rds:RebootDBInstance',
        "CALL mysql.rds_set_configuration('binlog retention hours', 48)",
      ]),
    );
  });
});

describe('on the way', () => {
  test('the one plan serves apply, the deploy, and apply again', async () => {
    await succeed(lab, ['apply', '--plan', plan, ...BEGIN]);
    await deploy(lab);
    await succeed(lab, ['apply', '--plan', plan, '--auto-approve']);
    await expectRest(lab, restingIn('replicating'));
    expect((await run(lab, ['plan', '--check', plan])).exitCode).toBe(2);
  });

  test('the commands of the workflow post the plan, and fail when the reviewed one no longer fits', async () => {
    const changed = workflow('plans/orders.plan.json');
    expect({ code: changed.code, posted: changed.posted }).toMatchObject({
      code: 2,
      posted: expect.stringContaining('is no longer what would be done'),
    });
    await succeed(lab, ['plan', '--out', join(lab.lab.dir, 'plans', 'cutover')]);
    const same = workflow('plans/cutover.plan.json');
    expect({ code: same.code, posted: same.posted }).toMatchObject({
      code: 0,
      posted: expect.stringContaining('# Upgrade plan: orders'),
    });
    expect(same.posted).not.toContain('is no longer what would be done');
  });

  test.each(['plans/orders.plan.json', 'plans/cutover.plan.json'])(
    'an account that was added since the review of %s',
    async (file) => {
      const blue = await connectAsMaster(lab, 'blue');
      await blue.query("CREATE USER 'eve'@'%' IDENTIFIED WITH sha256_password BY 'a-New-one-1'");
      const refused = await run(lab, ['cutover', '--auto-approve', '--plan', join(lab.lab.dir, file)]);
      await blue.query("DROP USER 'eve'@'%'");
      blue.destroy();
      expect({ exitCode: refused.exitCode, error: errorOf(refused) }).toMatchObject({
        exitCode: 3,
        error: {
          code: 'plan-stale',
          hint: expect.stringContaining('changed since review: account eve@% of blue was not there, is there'),
        },
      });
    },
  );

  test('a parameter that somebody changed by hand: status names it and the command that settles it', async () => {
    const group = 'orders-green-instance-9-7';
    const rds = new RDSClient({
      endpoint: lab.lab.awsEndpoint,
      region: lab.lab.region,
      credentials: { accessKeyId: 'lab', secretAccessKey: 'lab' },
    });
    const Parameters = [
      { ParameterName: 'innodb_lock_wait_timeout', ParameterValue: '40', ApplyMethod: 'immediate' as const },
    ];
    await rds.send(new ModifyDBParameterGroupCommand({ DBParameterGroupName: group, Parameters }));
    expect(await drift()).toEqual([
      expect.stringMatching(
        /^innodb_lock_wait_timeout in the instance parameter group orders-green-instance-9-7 is 40, but 20 is declared\. Settle it with `npx cdktf deploy`/,
      ),
    ]);
    const refused = await run(lab, [
      'cutover',
      '--auto-approve',
      '--plan',
      join(lab.lab.dir, 'plans/cutover.plan.json'),
    ]);
    expect({ exitCode: refused.exitCode, hint: errorOf(refused).hint }).toMatchObject({
      exitCode: 3,
      hint: expect.stringContaining(
        'changed since review: parameter instance innodb_lock_wait_timeout of green was 20, is 40',
      ),
    });
    await deploy(lab);
    expect(await drift()).toEqual([]);
  });

  test('a dry run of the cutover names its calls and makes none', async () => {
    const calls = await dryRun(['cutover'], ['blue', 'green']);
    expect(calls).toEqual(
      expect.arrayContaining([
        'route53:ChangeResourceRecordSets',
        'CALL mysql.rds_set_read_only(0)',
        'CALL mysql.rds_stop_replication',
      ]),
    );
    await expectRest(lab, restingIn('replicating'));
  });

  test('the plan that was made before green was there still serves the cutover; dry, rollback and finalize change nothing', async () => {
    await succeed(lab, ['cutover', '--auto-approve', '--plan', plan]);
    await expectRest(lab, restingIn('switched'));
    expect(await dryRun(['rollback'], ['blue', 'green'])).toContain('CALL mysql.rds_set_read_only(1)');
    expect(await dryRun(['finalize', '--delete'], ['blue', 'green'])).toEqual(
      expect.arrayContaining(['rds:StopDBCluster', 'rds:DeleteDBCluster', 'DROP DATABASE IF EXISTS aurora_cutover']),
    );
    await expectRest(lab, restingIn('switched'));
  });

  test('the same plan ends the upgrade, and Terraform has nothing to change', async () => {
    await succeed(lab, ['finalize', '--auto-approve', '--plan', plan]);
    expect(readState(lab).phase).toBe('finalized');
    expect(await pending()).toBe(0);
    const before = await changesOfAws(lab);
    await deploy(lab);
    expect(await changesOfAws(lab)).toBe(before);
  });

  test("a team's own Terraform takes over green: the blocks of adopt import it and destroy nothing", async () => {
    const told = await succeed(lab, ['adopt', '--blue-address', 'aws_rds_cluster.orders']);
    const folder = join(lab.lab.dir, 'own');
    mkdirSync(folder);
    writeFileSync(
      join(folder, 'main.tf'),
      'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\nprovider "aws" {\n  region = "eu-west-1"\n}\n',
    );
    writeFileSync(join(folder, 'adopt.tf'), String(told.objects.find((one) => one['type'] === 'adopt')?.['hcl']));
    expect(terraform(folder, 'init')).toContain('successfully initialized');
    const planned = terraform(folder, 'plan', '-generate-config-out=green.tf');
    expect(planned).toMatch(/5 to import, 0 to add, \d+ to change, 0 to destroy/);
  });
});

/** Both streams, whatever comes of it. */
function terraform(folder: string, ...words: readonly string[]): string {
  const ended = spawnSync('terraform', [...words, '-no-color', '-input=false'], {
    cwd: folder,
    env: { ...process.env, ...lab.environment },
    encoding: 'utf8',
  });
  return `${ended.stdout}${ended.stderr}`;
}

async function drift(): Promise<readonly unknown[]> {
  const { objects } = await succeed(lab, ['status']);
  return objects.filter((told) => told['code'] === 'drift').map((told) => told['text']);
}

async function pending(): Promise<unknown> {
  const told = (await succeed(lab, ['status', '--terraform'])).objects.find((one) => one['type'] === 'status');
  return (told?.['terraform'] as { pending?: number } | undefined)?.pending;
}

/** Answers the calls; fails when a server or AWS was asked for more than a look. */
async function dryRun(words: readonly string[], sides: readonly ('blue' | 'green')[]): Promise<readonly string[]> {
  const state = JSON.stringify(safely(() => readState(lab)));
  const aws = await changesOfAws(lab);
  for (const side of sides)
    await onServer(side, 'SET GLOBAL log_output = "TABLE"', 'TRUNCATE mysql.general_log', 'SET GLOBAL general_log = 1');
  const ended: ToolRun = await run(lab, [...words, '--dry-run']);
  const changes: string[] = [];
  for (const side of sides) {
    await onServer(side, 'SET GLOBAL general_log = 0');
    const rows = await onServer(
      side,
      "SELECT CONVERT(argument USING utf8mb4) AS said FROM mysql.general_log WHERE command_type IN ('Query', 'Execute') AND user_host NOT LIKE '%rdsadmin%'",
    );
    const said = rows.map((row) => String(row['said']));
    expect(said.length).toBeGreaterThan(0);
    changes.push(...said.filter((one) => !LOOKS.test(one)));
  }
  expect({ exitCode: ended.exitCode, said: ended.exitCode === 0 ? '' : ended.stdout, changes }).toEqual({
    exitCode: 0,
    said: '',
    changes: [],
  });
  expect(await changesOfAws(lab)).toBe(aws);
  expect(JSON.stringify(safely(() => readState(lab)))).toBe(state);
  const told = ended.objects.find((one) => one['type'] === 'dry-run');
  const calls = (told?.['calls'] ?? []) as readonly { sql?: string; service?: string; action?: string }[];
  return calls.map((call) => call.sql ?? `${String(call.service)}:${String(call.action)}`);
}

/** Statements that leave no trace: questions, settings of the asking session, and those of `init_connect`. */
const LOOKS =
  /^\s*(SELECT|SHOW|SET (SESSION|NAMES|@|time_zone|default_collation)|PREPARE names|EXECUTE names|DEALLOCATE PREPARE names|DO 0|ROLLBACK|CALL mysql\.rds_show_configuration)/i;

async function onServer(
  side: 'blue' | 'green',
  ...statements: readonly string[]
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const folders = new ClusterFolders(lab.lab.dir);
  const folder = folders.folderOf(side === 'blue' ? lab.lab.blue.clusterId : lab.lab.green.clusterId);
  return withServer(serverFiles(folder).socket, folders.platform(), async (connection) => {
    let rows: readonly Readonly<Record<string, unknown>>[] = [];
    for (const statement of statements) rows = await rowsOf(connection, statement);
    return rows;
  });
}

function safely<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** The `run` steps of docs/workflows/plan.yml as GitHub's shell runs them, but for the installation; `gh` is a stand-in. */
function workflow(file: string): { code: number | null; posted: string } {
  const { jobs } = parse(readFileSync(join(CLONE, 'docs/workflows/plan.yml'), 'utf8')) as {
    jobs: { plan: { steps: { name?: string; run?: string }[] } };
  };
  const folder = join(lab.lab.dir, 'runner');
  mkdirSync(join(folder, 'tools'), { recursive: true });
  safely(() => symlinkSync(join(CLONE, 'bin'), join(folder, 'bin')));
  safely(() => symlinkSync(join(lab.lab.dir, 'plans'), join(folder, 'plans')));
  const gh = join(folder, 'tools', 'gh');
  writeFileSync(gh, '#!/bin/sh\ntest "$1 $2 $3" = "pr comment 17" && cp "$7" posted.md\n');
  chmodSync(gh, 0o755);
  let code: number | null = 0;
  for (const { name, run: script } of jobs.plan.steps) {
    if (script === undefined || name === 'Install') continue;
    const environment = { ...process.env, ...lab.environment, PLAN: file, PR: '17' };
    const ended = spawnSync('bash', ['-e', '-c', script], {
      cwd: folder,
      env: { ...environment, PATH: `${join(folder, 'tools')}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1' },
      encoding: 'utf8',
    });
    code = ended.status;
    if (code !== 0 && name !== 'Fail unless the reviewed plan still fits')
      throw new Error(`${String(name)}: ${ended.stderr}`);
  }
  return { code, posted: readFileSync(join(folder, 'posted.md'), 'utf8') };
}
