import type { SecurityGroup, SecurityGroupRule } from '../compute/index.js';

/** Compute's ICMP has -1 where Neutron says nothing: any type, any code. */
const orNull = (port: number | null): number | null => (port === -1 ? null : port);

export const ruleView = (rule: SecurityGroupRule, projectId: string) => ({
  id: rule.id,
  security_group_id: rule.groupId,
  project_id: projectId,
  tenant_id: projectId,
  direction: 'ingress',
  ethertype: rule.cidr?.includes(':') ? 'IPv6' : 'IPv4',
  protocol: rule.protocol,
  port_range_min: orNull(rule.fromPort),
  port_range_max: orNull(rule.toPort),
  remote_ip_prefix: rule.cidr,
  remote_group_id: rule.peerId,
  description: '',
});

export const groupView = ({ id, projectId, name, description, rules }: SecurityGroup) => ({
  id,
  name,
  description,
  project_id: projectId,
  tenant_id: projectId,
  stateful: true,
  shared: false,
  tags: [],
  security_group_rules: rules.map(rule => ruleView(rule, projectId)),
});
