import { PortPicker, pickApiPorts } from '../../tools/stack/ports.js';
import { parseTopology, type Topology } from '../../tools/stack/topology.js';
import { randomPortBase } from '../setup/test-services.js';

/** That one host gives its guests. */
export const HOST_VCPUS = 16;
const OVERCOMMIT = 4;

/** Guests take long enough to be hit while they are made, and there is just room for what the user keeps. */
const hosts = (count: number, namePrefix: string) => ({
  count,
  namePrefix,
  vcpus: HOST_VCPUS / OVERCOMMIT,
  memoryMb: 16_384,
  diskGb: 100,
  fake: { cpuAllocationRatio: OVERCOMMIT, delays: { spawn: { meanMs: 600, spreadMs: 500 } } },
});

/** What the user takes: m1.nano. */
export const FLAVOR = { id: '6', vcpus: 1, memoryMb: 128 };

/** The user keeps about so many servers: four in five of what there is room for. */
export const POPULATION = 64;

const cells = [
  { name: 'west', processes: 2, cells: [{ name: 'a', hosts: hosts(3, 'a') }] },
  { name: 'east', hosts: hosts(2, 'e') },
];

/** The path of the cell that a host is in; the first letter of its name tells. */
export const cellOfHost = (host: string): string => (host.startsWith('a') ? 'api!west!a' : 'api!east');

/** Three levels; an inner cell of two processes; leaves at different depths. @param listen address of the APIs */
export const faultTree = async (listen: string): Promise<Topology> => {
  const portBase = randomPortBase();
  const picker = new PortPicker(portBase + 500);
  const ports = await pickApiPorts(picker);
  return parseTopology({ name: 'api', driver: 'fake', workers: 2, portBase, listen: { host: listen, ...ports }, cells });
};
