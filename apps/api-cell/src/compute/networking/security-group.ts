/** A rule lets traffic in: from addresses (`cidr`), or from members of a group (`peerId`). */
export interface SecurityGroupRule {
  readonly id: string;
  readonly groupId: string;
  /** `tcp`, `udp`, `icmp`, or null: any. */
  readonly protocol: string | null;
  /** First and last port, or type and code of ICMP; null: all. */
  readonly fromPort: number | null;
  readonly toPort: number | null;
  readonly cidr: string | null;
  readonly peerId: string | null;
  readonly peerName: string | null;
  readonly peerProjectId: string | null;
}

export interface SecurityGroup {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  /** In the order of their making. */
  readonly rules: readonly SecurityGroupRule[];
}

/** What a server remembers of a group that it is in. */
export interface GroupOfServer {
  readonly id: string;
  readonly name: string;
}

/** The group that every project has, and every server that asks for none is in. */
export const DEFAULT_GROUP = 'default';

export const shownRule = (rule: SecurityGroupRule) => ({
  id: rule.id,
  parent_group_id: rule.groupId,
  ip_protocol: rule.protocol,
  from_port: rule.fromPort,
  to_port: rule.toPort,
  ip_range: rule.cidr === null ? {} : { cidr: rule.cidr },
  group: rule.peerId === null ? {} : { name: rule.peerName, tenant_id: rule.peerProjectId },
});

export const shownGroup = ({ id, name, description, projectId, rules }: SecurityGroup) => ({
  id,
  name,
  description,
  tenant_id: projectId,
  rules: rules.map(shownRule),
});
