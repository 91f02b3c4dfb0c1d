import { type Microversion, minorOf } from './microversions.js';

/** Differences in behaviour, by name: a service asks for the name, and the number stands here only. */
const BEHAVIOURS = {
  'keypair-type': '2.2',
  'flavor-access-of-public-conflicts': '2.7',
  'keypairs-of-others': '2.10',
  'force-down': '2.11',
  'evacuation-keeps-password': '2.14',
  'actions-of-deleted-servers': '2.21',
  'console-tokens-of-every-type': '2.31',
  'hypervisor-pages': '2.33',
  'live-checks-in-background': '2.34',
  'keypair-pages': '2.35',
  'unknown-status-refused': '2.38',
  'usage-pages': '2.40',
  'standard-diagnostics': '2.48',
  'action-events-for-everyone': '2.51',
  'hypervisor-uuids': '2.53',
  'service-uuids': '2.53',
  'action-pages': '2.58',
  'migration-pages': '2.59',
  'abort-of-queued-migrations': '2.65',
  'changes-before': '2.66',
  'partial-records': '2.69',
  'strict-queries': '2.75',
  'uptime-inside': '2.88',
  'evacuated-stays-off': '2.95',
} as const satisfies Record<string, Microversion>;

export type Behaviour = keyof typeof BEHAVIOURS;

export const behaviourSince = Object.fromEntries(Object.entries(BEHAVIOURS).map(([name, since]) => [name, minorOf(since)])) as Record<
  Behaviour,
  number
>;
