import type { IngressRule } from '../../lab/contract';
import { isAdmitted } from '../../lab/network/admission';

const APPLICATION = '127.30.4.10';

function admitted(
  rules: readonly Partial<IngressRule>[],
  client: string,
  memberships: readonly string[] = [],
): boolean {
  const full = rules.map((rule, index) => ({
    ruleId: `sgr-${String(index)}`,
    groupId: 'sg-blue',
    fromPort: 3306,
    toPort: 3306,
    ...rule,
  }));
  const groups = {
    ingressRules: (groupId: string) => full.filter((rule) => rule.groupId === groupId),
    groupsOfAddress: () => memberships,
  };
  return isAdmitted(groups, ['sg-other', 'sg-blue'], client, 3306);
}

test('no rule admits nobody', () => {
  expect(admitted([], APPLICATION)).toBe(false);
});

test.each([
  ['127.30.4.0/24', true],
  ['127.30.4.10/32', true],
  ['127.30.4.11/32', false],
  ['127.30.5.0/24', false],
  ['0.0.0.0/0', true],
  ['127.30.4.10', false],
  ['127.30.4.10/', false],
  ['127.30.4.10/33', false],
  ['::1/128', false],
])('a rule for %s admits 127.30.4.10: %s', (cidrIpv4, expected) => {
  expect(admitted([{ cidrIpv4 }], APPLICATION)).toBe(expected);
});

test('a rule that names a group admits its members only', () => {
  expect(admitted([{ referencedGroupId: 'sg-app' }], APPLICATION, ['sg-app'])).toBe(true);
  expect(admitted([{ referencedGroupId: 'sg-app' }], APPLICATION, ['sg-green'])).toBe(false);
});

test('a rule for other ports, or of another group, does not count', () => {
  expect(admitted([{ cidrIpv4: '0.0.0.0/0', fromPort: 443, toPort: 443 }], APPLICATION)).toBe(false);
  expect(admitted([{ cidrIpv4: '0.0.0.0/0', fromPort: 3000, toPort: 4000 }], APPLICATION)).toBe(true);
  expect(admitted([{ cidrIpv4: '0.0.0.0/0', groupId: 'sg-unrelated' }], APPLICATION)).toBe(false);
});
