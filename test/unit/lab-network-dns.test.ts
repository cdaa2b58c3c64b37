import { Resolver } from 'node:dns/promises';
import { connect } from 'node:net';
import { once } from 'node:events';
import { streamDecode, streamEncode } from 'dns-packet';
import type { DnsZone } from '../../lab/contract';
import { answerQuestion, DnsServer } from '../../lab/network/dns';

const records: Record<string, { A?: string; CNAME?: string; ttlSeconds: number }> = {
  'orders.db.lab.internal': { CNAME: 'blue.cluster-x.lab.', ttlSeconds: 1 },
  'alias.lab.internal': { CNAME: 'orders.db.lab.internal', ttlSeconds: 9 },
  'blue.cluster-x.lab': { A: '127.30.4.20', ttlSeconds: 5 },
  'dangling.lab.internal': { CNAME: 'gone.lab', ttlSeconds: 3 },
  'loop.lab.internal': { CNAME: 'loop.lab.internal', ttlSeconds: 3 },
};

const zone: DnsZone = {
  lookup: (name, type) => {
    const record = records[name];
    const value = record?.[type];
    return record === undefined || value === undefined ? [] : [{ value, ttlSeconds: record.ttlSeconds }];
  },
};

test('an alias is answered with its whole chain, whatever the case of the question', () => {
  expect(answerQuestion(zone, 'Alias.LAB.internal.', 'A')).toEqual({
    code: 'NOERROR',
    answers: [
      { name: 'alias.lab.internal', type: 'CNAME', class: 'IN', ttl: 9, data: 'orders.db.lab.internal' },
      { name: 'orders.db.lab.internal', type: 'CNAME', class: 'IN', ttl: 1, data: 'blue.cluster-x.lab.' },
      { name: 'blue.cluster-x.lab', type: 'A', class: 'IN', ttl: 5, data: '127.30.4.20' },
    ],
  });
});

test('a name without records does not exist; a name without records of the type has no data', () => {
  expect(answerQuestion(zone, 'nobody.lab', 'A')).toEqual({ code: 'NXDOMAIN', answers: [] });
  expect(answerQuestion(zone, 'blue.cluster-x.lab', 'AAAA')).toEqual({ code: 'NOERROR', answers: [] });
});

test('a chain that leads nowhere or in a circle ends', () => {
  expect(answerQuestion(zone, 'dangling.lab.internal', 'A').answers).toHaveLength(1);
  expect(answerQuestion(zone, 'loop.lab.internal', 'A').answers).toHaveLength(8);
});

describe('over the network', () => {
  let server: DnsServer;
  let resolver: Resolver;

  beforeAll(async () => {
    server = await DnsServer.open(zone, '127.0.0.1');
    resolver = new Resolver({ timeout: 1000, tries: 1 });
    resolver.setServers([`127.0.0.1:${String(server.port)}`]);
  });

  afterAll(async () => {
    await server.close();
  });

  test('a resolver sees the address with the shortest TTL of the chain', async () => {
    expect(await resolver.resolve4('alias.lab.internal', { ttl: true })).toEqual([{ address: '127.30.4.20', ttl: 1 }]);
  });

  test('a resolver sees a changed record at once', async () => {
    const record = { CNAME: 'blue.cluster-x.lab', ttlSeconds: 60 };
    records['moving.lab.internal'] = record;
    expect(await resolver.resolveCname('moving.lab.internal')).toEqual(['blue.cluster-x.lab']);
    record.CNAME = 'green.cluster-x.lab';
    expect(await resolver.resolveCname('moving.lab.internal')).toEqual(['green.cluster-x.lab']);
  });

  test('a resolver tells a name that does not exist from one without such data', async () => {
    await expect(resolver.resolve4('nobody.lab')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    await expect(resolver.resolve6('blue.cluster-x.lab')).rejects.toMatchObject({ code: 'ENODATA' });
  });

  test('questions over TCP are answered too', async () => {
    const stream = connect(server.port, '127.0.0.1');
    stream.write(streamEncode({ type: 'query', id: 7, questions: [{ type: 'A', name: 'blue.cluster-x.lab' }] }));
    const [message] = (await once(stream, 'data')) as [Buffer];
    stream.destroy();
    expect(streamDecode(message)).toMatchObject({ id: 7, answers: [{ type: 'A', ttl: 5, data: '127.30.4.20' }] });
  });
});
