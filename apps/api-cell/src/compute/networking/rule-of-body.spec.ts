import { expect, it } from 'vitest';
import { allowedBy } from './rule-of-body.js';

const nothing = { parent_group_id: 'g', ip_protocol: null, from_port: null, to_port: null, cidr: null, group_id: null };
const allowed = (rule: Partial<Parameters<typeof allowedBy>[0]>) => allowedBy({ ...nothing, ...rule });
const ssh = { ip_protocol: 'TCP', from_port: 22, to_port: 22 };

it('lets everybody in where no addresses are named', () => {
  expect(allowed(ssh)).toEqual({ protocol: 'tcp', fromPort: 22, toPort: 22, cidr: '0.0.0.0/0', peerId: null });
  expect(allowed({ ...ssh, cidr: '' }).cidr).toBe('0.0.0.0/0');
});

it('keeps addresses as they were given, and one address as a network of one', () => {
  expect(allowed({ ...ssh, cidr: '10.2.3.124/24' }).cidr).toBe('10.2.3.124/24');
  expect(allowed({ ...ssh, cidr: '10.2.3.124' }).cidr).toBe('10.2.3.124/32');
  expect(allowed({ ...ssh, cidr: '2001:db8::1' }).cidr).toBe('2001:db8::1/128');
});

it('lets members of a group in to everything, to a protocol, or to what is said', () => {
  const peer = { group_id: 'p' };
  expect(allowed(peer)).toEqual({ protocol: null, fromPort: null, toPort: null, cidr: null, peerId: 'p' });
  expect(allowed({ ...peer, ip_protocol: 'udp' })).toMatchObject({ protocol: 'udp', fromPort: 1, toPort: 65535 });
  expect(allowed({ ...peer, ip_protocol: 'icmp' })).toMatchObject({ protocol: 'icmp', fromPort: -1, toPort: -1 });
  expect(allowed({ ...peer, ...ssh })).toMatchObject({ protocol: 'tcp', fromPort: 22, cidr: null, peerId: 'p' });
});

it.each([
  [{ ip_protocol: 'tcp' }, 'Not enough parameters to build a valid rule.'],
  [{ from_port: 1, to_port: 2 }, 'Not enough parameters to build a valid rule.'],
  [{ ...ssh, ip_protocol: 'gre' }, 'Invalid IP protocol gre.'],
  [{ ...ssh, to_port: 21 }, 'Invalid port range 22:21. Former value cannot be greater than the later'],
  [{ ...ssh, from_port: 0 }, 'Invalid port range 0:22. Valid TCP ports should be between 1-65535'],
  [{ ip_protocol: 'icmp', from_port: 256, to_port: 0 }, 'Invalid port range 256:0. For ICMP, the type:code must be valid'],
  ...['10.0.0.0/33', '2001:db8::/129', '10.0.0.0/', '10.0.0.0/8/8', 'everywhere', '10.0.0/8'].map(
    cidr => [{ ...ssh, cidr }, `Invalid cidr ${cidr}.`] as const,
  ),
] as const)('refuses %j', (rule, message) => {
  expect(() => allowed(rule)).toThrow(message);
});
