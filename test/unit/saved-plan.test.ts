/** When a reviewed plan is refused: each thing that has changed since is named. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UpgradeError } from '../../actions/engine/errors';
import type { PlanBinding, PlannedStep, PlanSection, SideBinding } from '../../actions/engine/plan';
import {
  changedFacts,
  readSavedPlan,
  refuseStalePlan,
  type PlannedVerb,
  type SavedPlan,
} from '../../actions/engine/saved-plan';
import type { Check } from '../../actions/engine/step';
import { setBinlogRetention, setReadOnly } from '../../actions/mysql/statements';
import { savedPlanOf } from '../../actions/view/plan-json';
import { savePlan } from '../../actions/view/save-plan';
import { PLAN } from './view-plan.fixture';

const BLUE: SideBinding = {
  clusterResourceId: 'cluster-BLUE',
  serverUuid: 'uuid-of-blue',
  engineVersion: '5.7.mysql_aurora.2.12.4',
  parameters: { 'cluster max_connections': '400' },
  accounts: ['admin@%', 'app@%'],
  ownParameters: ['cluster read_only', 'cluster event_scheduler'],
};

const GREEN: SideBinding = { ...BLUE, clusterResourceId: 'cluster-GREEN', serverUuid: 'uuid-of-green' };

const REVIEWED: PlanBinding = {
  configHash: 'aaaaaaaaaaaabbbb',
  lineage: 'one',
  stateSerial: 12,
  phase: 'replicating',
  endedSwitches: 0,
  terraformSerial: 7,
  sides: { blue: BLUE, green: GREEN },
};

describe('changed since review', () => {
  it.each<[string, Partial<PlanBinding>, string]>([
    ['the configuration', { configHash: 'ccccccccccccdddd' }, 'upgrade.yaml was aaaaaaaaaaaa, is cccccccccccc'],
    ['another upgrade', { lineage: 'two' }, 'lineage of the state was one, is two'],
    ['an older state', { stateSerial: 11 }, 'serial of the state was 12, is 11'],
    ['a deploy', { terraformSerial: 8 }, "serial of Terraform's state was 7, is 8"],
    ['a lost Terraform state', { terraformSerial: null }, "serial of Terraform's state was 7, is not set"],
    [
      'another server',
      { sides: { blue: BLUE, green: { ...GREEN, serverUuid: 'another' } } },
      'server UUID of green was uuid-of-green, is another',
    ],
    [
      'another engine version',
      { sides: { blue: { ...BLUE, engineVersion: '5.7.mysql_aurora.2.12.5' }, green: GREEN } },
      'engine version of blue was 5.7.mysql_aurora.2.12.4, is 5.7.mysql_aurora.2.12.5',
    ],
    [
      'a parameter',
      { sides: { blue: BLUE, green: { ...GREEN, parameters: { 'cluster max_connections': '800' } } } },
      'parameter cluster max_connections of green was 400, is 800',
    ],
    [
      'a parameter that was set',
      { sides: { blue: { ...BLUE, parameters: { ...BLUE.parameters, 'instance x': '1' } }, green: GREEN } },
      'parameter instance x of blue was not set, is 1',
    ],
    [
      'an account that was added',
      { sides: { blue: { ...BLUE, accounts: [...BLUE.accounts, 'eve@%'] }, green: GREEN } },
      'account eve@% of blue was not there, is there',
    ],
    [
      'an account that was dropped',
      { sides: { blue: { ...BLUE, accounts: ['admin@%'] }, green: GREEN } },
      'account app@% of blue was there, is not there',
    ],
    ['a side that does not answer', { sides: { blue: BLUE } }, 'green was there, is not to be asked'],
  ])('%s', (_what, change, says) => {
    expect(changedFacts(REVIEWED, { ...REVIEWED, ...change }, 'cutover')).toEqual([says]);
  });

  it('is not what the tool itself sets while it switches', () => {
    const switched = { ...GREEN, parameters: { ...GREEN.parameters, 'cluster read_only': '0' } };
    expect(changedFacts(REVIEWED, { ...REVIEWED, sides: { blue: BLUE, green: switched } }, 'cutover')).toEqual([]);
  });

  it('is not what was not there when the plan was made', () => {
    const before: PlanBinding = {
      ...REVIEWED,
      phase: 'new',
      lineage: null,
      stateSerial: 0,
      terraformSerial: null,
      sides: { blue: BLUE },
    };
    expect(changedFacts(before, REVIEWED, 'cutover')).toEqual([]);
  });
});

/** One reviewed plan serves its whole sequence, each switch once. */
describe('the serial of the state', () => {
  const now = (change: Partial<PlanBinding>): PlanBinding => ({ ...REVIEWED, stateSerial: 30, ...change });

  it.each<[string, Partial<PlanBinding>, PlannedVerb, Partial<PlanBinding>]>([
    ['apply after a first apply', { phase: 'new', stateSerial: 3 }, 'apply', { phase: 'prepared' }],
    ['the cutover after both applies', { phase: 'new', stateSerial: 3 }, 'cutover', { phase: 'replicating' }],
    ['a second attempt after one that was undone', {}, 'cutover', {}],
    ['the rollback after the cutover', {}, 'rollback', { phase: 'switched', endedSwitches: 1 }],
    ['finalize after the cutover', {}, 'finalize', { phase: 'switched', endedSwitches: 1 }],
    ['finalize again, to delete', {}, 'finalize', { phase: 'finalized', endedSwitches: 1 }],
    [
      'finalize of a plan made after the cutover',
      { phase: 'switched', endedSwitches: 1 },
      'finalize',
      { phase: 'switched', endedSwitches: 1 },
    ],
  ])('may grow: %s', (_what, was, verb, is) => {
    expect(changedFacts({ ...REVIEWED, ...was }, now(is), verb)).toEqual([]);
  });

  it.each<[string, Partial<PlanBinding>, PlannedVerb, Partial<PlanBinding>, string]>([
    [
      'a cutover that was carried out and taken back already',
      {},
      'cutover',
      { phase: 'rolled-back', endedSwitches: 2 },
      'number of ended switches was 0, is 2',
    ],
    ['an undo in between', {}, 'cutover', { phase: 'prepared' }, 'phase was replicating, is prepared'],
    [
      'a finalize of another cutover',
      { phase: 'switched', endedSwitches: 1 },
      'finalize',
      { phase: 'switched', endedSwitches: 3 },
      'number of ended switches was 1, is 3',
    ],
  ])('may not: %s', (_what, was, verb, is, says) => {
    expect(changedFacts({ ...REVIEWED, ...was }, now(is), verb)).toEqual([says, 'serial of the state was 12, is 30']);
  });
});

describe('what is needed now', () => {
  const needed = setBinlogRetention(48);
  const at = (check: Check): PlanSection[] => [{ command: 'apply', title: '', steps: [step(check)] }];
  const changes = (statement = needed): Check => ({
    is: 'needed',
    changes: [{ kind: 'sql', side: 'blue', statement }],
  });
  const refusal = (reviewed: Check | undefined, now: Check): string | undefined => {
    const saved: SavedPlan = { ...savedPlanOf(PLAN), binding: REVIEWED, sections: reviewed ? at(reviewed) : [] };
    try {
      refuseStalePlan(saved, 'apply', { binding: REVIEWED, sections: at(now) });
      return undefined;
    } catch (error) {
      return error instanceof UpgradeError ? `${error.code}: ${error.hint ?? ''}` : String(error);
    }
  };

  it('was reviewed word for word', () => {
    expect(refusal(changes(), changes())).toBeUndefined();
    expect(refusal(changes(), { is: 'done', evidence: '' })).toBeUndefined();
  });

  it('was done at the time of the review: somebody has changed it since', () => {
    expect(refusal({ is: 'done', evidence: '' }, changes())).toContain(
      "plan-stale: changed since review: the step a did not plan: blue> CALL mysql.rds_set_configuration('binlog retention hours', 48)",
    );
  });

  it('is another statement than the one that was reviewed', () => {
    expect(refusal(changes(setReadOnly(true)), changes())).toContain('the step a did not plan');
    expect(refusal(undefined, changes())).toContain('the step a was not planned, is needed');
  });

  it('was foreseen, with positions and addresses that were not known yet', () => {
    const foreseen: Check = {
      is: 'later',
      waitsFor: 'cdktf deploy',
      changes: [{ kind: 'sql', side: 'blue', statement: setBinlogRetention(24) }],
    };
    expect(refusal(foreseen, changes())).toBeUndefined();
    expect(refusal({ ...foreseen, changes: [] }, changes())).toContain('the step a did not plan');
  });
});

describe('the file', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'saved-plan-'));
    file = join(folder, 'orders.plan.json');
    await savePlan(PLAN, join(folder, 'orders'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('is read as it was written', async () => {
    await expect(readSavedPlan(file)).resolves.toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });

  it('is left alone by a second plan that is the same', async () => {
    const before = readFileSync(file);
    const measured = { downtime: [{ direction: 'cutover', blockedMs: 1, from: 'switch', at: '' }] } as const;
    expect(await savePlan({ ...PLAN, measured }, join(folder, 'orders'), await readSavedPlan(file))).toBe(false);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('was changed by hand: any change of any value is seen', async () => {
    const saved = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const leaves = leavesOf(saved);
    expect(leaves.length).toBeGreaterThan(60);
    for (const path of leaves.filter((one) => one[0] !== 'format')) {
      writeFileSync(file, JSON.stringify(changedAt(saved, path)));
      await expect(readSavedPlan(file)).rejects.toMatchObject({ code: 'plan-tampered' });
    }
  });

  it.each([
    ['is missing', undefined],
    ['is cut off', '{"format": 2, "sec'],
    ['holds something else', '[1, 2]'],
    ['is of another version of the tool', '{"format": 1, "sections": []}'],
  ])('%s', async (_what, content) => {
    if (content === undefined) rmSync(file);
    else writeFileSync(file, content);
    await expect(readSavedPlan(file)).rejects.toMatchObject({ code: 'plan-unreadable' });
  });
});

function step(check: Check): PlannedStep {
  return { id: 'a', title: 'A', check, blocksWrites: false, commitPoint: false, undo: '' };
}

function leavesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, member]) => leavesOf(member, [...path, key]));
}

function changedAt(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined)
    return typeof value === 'string' ? `${value}x` : typeof value === 'number' ? value + 1 : !value;
  if (Array.isArray(value))
    return value.map((member, index) => (String(index) === key ? changedAt(member, rest) : member));
  const object = value as Record<string, unknown>;
  return { ...object, [key]: changedAt(object[key], rest) };
}
