import { isIP } from 'node:net';
import { CloudError } from '#domain';
import type { SecurityGroupRule } from './security-group.js';
import type { SecurityGroupRuleBody } from './security-group.schemas.js';

/** What a rule lets in. */
export type Allowed = Pick<SecurityGroupRule, 'protocol' | 'fromPort' | 'toPort' | 'cidr' | 'peerId'>;

const EVERYWHERE = '0.0.0.0/0';
const ANY_PORT = [1, 65535] as const;
const ANY_ICMP = [-1, -1] as const;

/**
 * What the body asks for, by Nova's rules: addresses need a protocol and ports; members of a group may be let in with everything, or with
 * all ports of a protocol.
 * @throws CloudError `invalid` in Nova's words.
 */
export const allowedBy = (rule: SecurityGroupRuleBody['security_group_rule']): Allowed => {
  const protocol = rule.ip_protocol?.toLowerCase() ?? null;
  const [fromPort, toPort] = portsOf(rule, protocol);
  if (protocol !== null && !['tcp', 'udp', 'icmp'].includes(protocol))
    throw new CloudError('invalid', `Invalid IP protocol ${rule.ip_protocol}.`);
  if (protocol !== null && fromPort !== null && toPort !== null) checkPorts(protocol, fromPort, toPort);
  const incomplete = protocol === null || fromPort === null || toPort === null;
  if (rule.group_id !== null)
    return incomplete
      ? { protocol: null, fromPort: null, toPort: null, cidr: null, peerId: rule.group_id }
      : { protocol, fromPort, toPort, cidr: null, peerId: rule.group_id };
  if (incomplete) throw new CloudError('invalid', 'Not enough parameters to build a valid rule.');
  return { protocol, fromPort, toPort, cidr: cidrOf(rule.cidr), peerId: null };
};

type Ports = readonly [from: number | null, to: number | null];

/** Only members of a group may be let in without saying to which ports. */
const portsOf = (
  { from_port: from, to_port: to, group_id: peer }: SecurityGroupRuleBody['security_group_rule'],
  protocol: string | null,
): Ports => {
  if (peer === null || from !== null || to !== null || protocol === null) return [from, to];
  return protocol === 'icmp' ? ANY_ICMP : ANY_PORT;
};

const checkPorts = (protocol: string, from: number, to: number): void => {
  const refuse = (why: string) => new CloudError('invalid', `Invalid port range ${from}:${to}. ${why}`);
  if (protocol === 'icmp') {
    if (from > 255 || to > 255) throw refuse('For ICMP, the type:code must be valid');
    return;
  }
  if (from > to) throw refuse('Former value cannot be greater than the later');
  if (from < 1) throw refuse(`Valid ${protocol.toUpperCase()} ports should be between 1-65535`);
};

/** As it was given: `10.2.3.124/24` stays so. */
const cidrOf = (text: string | null): string => {
  if (text === null || text === '') return EVERYWHERE;
  const [address = '', prefix, ...rest] = text.split('/');
  const bits = isIP(address) === 6 ? 128 : 32;
  const isWhole = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
  if (isIP(address) === 0 || !isWhole || rest.length > 0) throw new CloudError('invalid', `Invalid cidr ${text}.`);
  return prefix === undefined ? `${address}/${bits}` : text;
};
