import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AddressBook } from '../../lab/network/addresses';
import { LoopbackNetwork } from '../../lab/network/lab-network';
import { claimSubnet, releaseSubnet } from '../../lab/network/subnet';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lab-network-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function sequence(...prefixes: string[]): () => string {
  return () => prefixes.shift() ?? 'no prefix left';
}

test('two labs that draw the same subnet get different ones', async () => {
  const first = await claimSubnet(root, root, sequence('127.251.1'));
  const second = await claimSubnet(root, root, sequence('127.251.1', '127.251.2'));
  expect([first.cidr, second.cidr]).toEqual(['127.251.1.0/24', '127.251.2.0/24']);
});

test('a subnet in use by somebody without a claim is passed over', async () => {
  const stranger = createServer().listen(3306, '127.251.3.1');
  await once(stranger, 'listening');
  const claimed = await claimSubnet(root, root, sequence('127.251.3', '127.251.4'));
  stranger.close();
  expect(claimed.prefix).toBe('127.251.4');
});

test('a released claim and one whose lab is gone can be taken again', async () => {
  await claimSubnet(root, root, sequence('127.251.5'));
  await releaseSubnet('127.251.5', root);
  expect((await claimSubnet(root, root, sequence('127.251.5'))).prefix).toBe('127.251.5');
  const claim = { dir: join(root, 'gone'), pid: 2 ** 30 };
  writeFileSync(join(root, 'subnets', '127.251.6.json'), JSON.stringify(claim));
  expect((await claimSubnet(root, root, sequence('127.251.6'))).prefix).toBe('127.251.6');
});

test('when no subnet is free the error says where the claims are', async () => {
  await claimSubnet(root, root, () => '127.251.7');
  await expect(claimSubnet(root, root, () => '127.251.7')).rejects.toThrow(join(root, 'subnets'));
});

test('names keep their addresses over a restart, and the hosts file lists the published ones', () => {
  const book = AddressBook.create(root, '127.251.8');
  expect([book.publish('blue.lab'), book.publish('green.lab'), book.publish('blue.lab')]).toEqual([
    '127.251.8.20',
    '127.251.8.21',
    '127.251.8.20',
  ]);
  book.withdraw('blue.lab');
  expect(readFileSync(join(root, 'hosts'), 'utf8')).toBe('127.251.8.21 green.lab\n');
  const reopened = AddressBook.reopen(root);
  expect(reopened?.publish('other.lab')).toBe('127.251.8.22');
  expect(reopened?.publish('blue.lab')).toBe('127.251.8.20');
});

test('an endpoint resolves while it is open and can be given another server', async () => {
  const network = await LoopbackNetwork.create({
    dir: root,
    cacheDir: root,
    securityGroups: () => ({ ingressRules: () => [], groupsOfAddress: () => [] }),
  });
  const endpoint = { name: 'Blue.lab', backend: () => undefined, securityGroupIds: () => ['sg-blue'] };
  const host = await network.openEndpoint(endpoint);
  expect(await network.openEndpoint({ ...endpoint, securityGroupIds: () => [] })).toEqual(host);
  expect(readFileSync(network.addresses.hostsFile, 'utf8')).toBe(`${host.address} blue.lab\n`);
  expect(network.relay('blue.LAB')?.status().open).toBe(0);
  await network.closeEndpoint('BLUE.lab');
  expect(readFileSync(network.addresses.hostsFile, 'utf8')).toBe('');
  const lock = join(root, 'subnets', `${network.addresses.prefix}.json`);
  expect(existsSync(lock)).toBe(true);
  await network.release();
  expect(existsSync(lock)).toBe(false);
});
