import * as ec2 from '@aws-sdk/client-ec2';
import * as rds from '@aws-sdk/client-rds';
import { createFaultSwitches, readFault } from '../../lab/aws/faults';
import { createJobs } from '../../lab/aws/jobs';
import { pageOf } from '../../lab/aws/paging';
import { applyBatch } from '../../lab/aws/route53/record-sets';
import { readQueryInput } from '../../lab/aws/wire/query-input';
import { operationShapes } from '../../lab/aws/wire/schema';
import { parseXmlDocument } from '../../lab/aws/wire/xml-document';
import { writeMembers } from '../../lab/aws/wire/xml-output';

describe('XML', () => {
  test('elements, entities, CDATA and comments are read; attributes are dropped', () => {
    const xml =
      '<?xml version="1.0"?><a xmlns="x"><!-- no --><b>1 &lt; 2 &amp; &#65;&#x42;</b><c/><b><![CDATA[<raw>]]></b></a>';
    expect(parseXmlDocument(xml)).toEqual({
      name: 'a',
      text: '',
      children: [
        { name: 'b', text: '1 < 2 & AB', children: [] },
        { name: 'c', text: '', children: [] },
        { name: 'b', text: '<raw>', children: [] },
      ],
    });
  });

  test.each(['', '<a>', '<a></b>', '<a/><b/>', '</a>'])('%j is refused', (xml) => {
    expect(() => parseXmlDocument(xml)).toThrow('XML:');
  });

  test('what is written is escaped and named by the shape', () => {
    const { output } = operationShapes(rds, 'ListTagsForResource');
    expect(writeMembers(output, { TagList: [{ Key: '<k>', Value: 'a&b' }] })).toBe(
      '<TagList><Tag><Key>&lt;k&gt;</Key><Value>a&amp;b</Value></Tag></TagList>',
    );
  });
});

describe('Query input', () => {
  test('nested lists keep their order beyond nine items', () => {
    const body = new URLSearchParams();
    for (let number = 1; number <= 11; number += 1) {
      body.set(`Parameters.Parameter.${String(number)}.ParameterName`, `p${String(number)}`);
    }
    const { input } = operationShapes(rds, 'ModifyDBClusterParameterGroup');
    const { Parameters } = readQueryInput(body, input, 'query') as { Parameters: { ParameterName: string }[] };
    expect(Parameters.map(({ ParameterName }) => ParameterName).slice(8)).toEqual(['p9', 'p10', 'p11']);
  });

  test('booleans, numbers, times and empty lists have their types', () => {
    const body = new URLSearchParams('Duration=60&StartTime=2026-11-20T12:00:00Z&EventCategories=&Unknown=1');
    const { input } = operationShapes(rds, 'DescribeEvents');
    expect(readQueryInput(body, input, 'query')).toEqual({
      Duration: 60,
      StartTime: new Date('2026-11-20T12:00:00Z'),
      EventCategories: [],
    });
  });

  test('EC2 flattens lists', () => {
    const body = new URLSearchParams(
      'GroupId=sg-1&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=3306&IpPermissions.1.Groups.1.GroupId=sg-2',
    );
    const { input } = operationShapes(ec2, 'AuthorizeSecurityGroupIngress');
    expect(readQueryInput(body, input, 'ec2')).toEqual({
      GroupId: 'sg-1',
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 3306, UserIdGroupPairs: [{ GroupId: 'sg-2' }] }],
    });
  });

  test('an operation that the client does not have is a defect of the lab', () => {
    expect(() => operationShapes(rds, 'DescribeDBCluster')).toThrow('no operation DescribeDBCluster');
  });
});

describe('paging', () => {
  const numbers = Array.from({ length: 45 }, (_, index) => index);

  test('pages follow each other to the end', () => {
    const first = pageOf(numbers, { MaxRecords: 20 });
    const second = pageOf(numbers, { MaxRecords: 20, Marker: first.marker });
    const third = pageOf(numbers, { MaxRecords: 20, Marker: second.marker });
    expect([...first.items, ...second.items, ...third.items]).toEqual(numbers);
    expect(third.marker).toBeUndefined();
  });

  test.each([{ MaxRecords: 19 }, { MaxRecords: 101 }, { Marker: 'x' }])('%j is refused', (input) => {
    expect(() => pageOf(numbers, input)).toThrow(expect.objectContaining({ code: 'InvalidParameterValue' }));
  });
});

describe('fault switches', () => {
  test('a fault befalls as many matching calls as it says', () => {
    const faults = createFaultSwitches();
    faults.add({ match: { service: 'rds', action: 'StopDBCluster' }, effect: 'throttle', times: 2 });
    const befallen = ['StopDBCluster', 'StartDBCluster', 'StopDBCluster', 'StopDBCluster'].map((action) =>
      faults.take('rds', action),
    );
    expect(befallen).toEqual(['throttle', undefined, 'throttle', undefined]);
    expect(faults.list()).toEqual([]);
  });

  test('a failed precheck is no fault of the wire', () => {
    const faults = createFaultSwitches();
    faults.add({ match: {}, effect: 'failed-precheck', times: 1 });
    expect(faults.take('rds', 'CreateDBInstance')).toBeUndefined();
    expect(faults.take('rds', 'CreateDBInstance', ['failed-precheck'])).toBe('failed-precheck');
  });

  test.each([[{}], [{ effect: 'explode' }], [{ effect: 'hang', times: 0 }]])('%j is refused', (body) => {
    expect(() => readFault(body)).toThrow(/effect must be|times must be/);
  });
});

describe('record sets', () => {
  const weighted = (setIdentifier: string, Weight: number) => ({
    Name: 'db.lab.internal',
    Type: 'CNAME' as const,
    TTL: 5,
    SetIdentifier: setIdentifier,
    Weight,
    ResourceRecords: [{ Value: `${setIdentifier}.example` }],
  });
  const zone = {
    id: 'Z1',
    name: 'lab.internal.',
    comment: '',
    callerReference: 'x',
    records: applyBatch(
      { id: 'Z1', name: 'lab.internal.', comment: '', callerReference: 'x', records: [], published: [] },
      [
        { Action: 'CREATE', ResourceRecordSet: weighted('blue', 100) },
        { Action: 'CREATE', ResourceRecordSet: weighted('green', 0) },
      ],
    ),
    published: [],
  };
  const { SetIdentifier: _identifier, Weight: _weight, ...simple } = weighted('x', 1);

  test.each([
    ['a simple set beside weighted ones', 'CREATE', simple, 'non-simple set exists'],
    [
      'an A record beside a CNAME',
      'CREATE',
      { ...weighted('a', 1), Type: 'A' as const },
      'conflicting RRSet of type CNAME',
    ],
    [
      'a name outside the zone',
      'CREATE',
      { ...simple, Name: 'db.example.com' },
      'is not permitted in zone lab.internal.',
    ],
    ['a deletion with other values', 'DELETE', weighted('blue', 99), 'do not match the current values'],
    ['a deletion of nothing', 'DELETE', weighted('red', 1), 'but it was not found'],
    ['a set without values', 'UPSERT', { ...weighted('blue', 1), ResourceRecords: [] }, 'found none in Change'],
  ] as const)('%s is refused', (_what, Action, ResourceRecordSet, message) => {
    const set = { ...ResourceRecordSet, ResourceRecords: [...ResourceRecordSet.ResourceRecords] };
    expect(() => applyBatch(zone, [{ Action, ResourceRecordSet: set }])).toThrow(message);
  });

  test('an upsert changes the weight of its own set only', () => {
    const records = applyBatch(zone, [{ Action: 'UPSERT', ResourceRecordSet: weighted('green', 50) }]);
    expect(records.map(({ setIdentifier, weight }) => [setIdentifier, weight])).toEqual([
      ['blue', 100],
      ['green', 50],
    ]);
  });
});

describe('background work', () => {
  test('jobs of one key run one after another, a failure stops none of them', async () => {
    const jobs = createJobs();
    const seen: string[] = [];
    const ignore = (error: Error) => seen.push(error.message);
    jobs.run('a', async (wait) => void (await wait(20), seen.push('first')), ignore);
    jobs.run('a', () => Promise.reject(new Error('second')), ignore);
    jobs.run('a', () => Promise.resolve(void seen.push('third')), ignore);
    jobs.run('b', () => Promise.resolve(void seen.push('other key')), ignore);
    await jobs.idle();
    expect(seen).toEqual(['other key', 'first', 'second', 'third']);
  });

  test('closing ends waits early, starts nothing more and reports no failure', async () => {
    const jobs = createJobs();
    const seen: string[] = [];
    const note = (error: Error) => seen.push(error.message);
    jobs.run('a', async (wait) => void (await wait(60_000), seen.push('waited')), note);
    jobs.run('a', () => Promise.resolve(void seen.push('next')), note);
    await jobs.close();
    expect(seen).toEqual([]);
  });
});
