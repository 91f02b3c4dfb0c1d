/** What Neutron's API calls the things that it has: one of them, all of them, and where they are found. */
export interface Collection {
  /** `security_group` */
  readonly name: string;
  /** `security_groups` */
  readonly collection: string;
  /** `security-groups` */
  readonly path: string;
  /** `Security group`, in messages */
  readonly title: string;
}

const collection = (name: string, title: string): Collection => ({
  name,
  collection: `${name}s`,
  path: `${name}s`.replaceAll('_', '-'),
  title,
});

/** What there is none of yet: none can be made, none is found. */
export const ABSENT: readonly Collection[] = [
  collection('subnet', 'Subnet'),
  collection('port', 'Port'),
  collection('router', 'Router'),
  collection('subnetpool', 'Subnet pool'),
  collection('agent', 'Agent'),
];

export const NETWORK = collection('network', 'Network');

export const COLLECTIONS: readonly Collection[] = [
  NETWORK,
  ...ABSENT,
  collection('security_group', 'Security group'),
  collection('security_group_rule', 'Security group rule'),
  collection('floatingip', 'Floating IP'),
];
