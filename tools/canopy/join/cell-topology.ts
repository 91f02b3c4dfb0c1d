import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf } from '#domain';
import { tlsSettings } from '#service-runtime';
import { parseTopology, type Topology } from '../../stack/topology.js';
import { UsageError } from '../errors.js';
import type { Place } from './redeem.js';

export interface CellWishes {
  /** YAML: what a cell has in a topology (hosts, cells, processes, database, broker) and how the tree of this machine is run. */
  readonly file: string | undefined;
  readonly database: string | undefined;
  readonly broker: string | undefined;
  /** PEM: who vouches for the parent's broker. */
  readonly parentCa: string | undefined;
  /** Played by the fake driver. */
  readonly hosts: number | undefined;
  readonly portBase: number | undefined;
}

/** What a file may say of the whole tree of this machine; the rest is said of the cell. */
const OF_THE_TREE = ['driver', 'servers', 'log', 'portBase'];

/**
 * The tree that this machine runs: the cell, and what is below it. As an object it is kept in the cell's directory, where
 * `npm start -- --directory` finds it again.
 * @throws CloudError `invalid`, UsageError naming what is wrong.
 */
export const cellTopology = (wishes: CellWishes, { path, parent, brokerUrl }: Place): { topology: Topology; value: object } => {
  const name = path.slice(path.lastIndexOf('!') + 1);
  const file = wishes.file === undefined ? {} : readYaml(wishes.file);
  if (file.name !== undefined && file.name !== name)
    throw new UsageError(`${wishes.file}: name: must be '${name}', for which the token is, or left out`);
  const ofTheTree = Object.fromEntries(Object.entries(file).filter(([key]) => OF_THE_TREE.includes(key)));
  const ofTheCell = Object.fromEntries(Object.entries(file).filter(([key]) => !OF_THE_TREE.includes(key)));
  const value = {
    name: parent.slice(parent.lastIndexOf('!') + 1),
    elsewhere: parent,
    broker: brokerUrl,
    ...(wishes.parentCa === undefined ? {} : { brokerTls: { ca: vouching(wishes.parentCa, brokerUrl) } }),
    ...ofTheTree,
    ...(wishes.portBase === undefined ? {} : { portBase: wishes.portBase }),
    cells: [
      {
        ...ofTheCell,
        name,
        ...(wishes.database === undefined ? {} : { database: wishes.database }),
        ...(wishes.broker === undefined ? {} : { broker: wishes.broker }),
        ...(wishes.hosts ? { hosts: { count: wishes.hosts, namePrefix: `${name}-h` } } : {}),
      },
    ],
  };
  return { topology: parseTopology(value), value };
};

const vouching = (file: string, brokerUrl: string): string => {
  const ca = resolve(file);
  const problem = tlsSettings.safeParse({ ca }).error?.issues[0];
  if (problem) throw new UsageError(`--parent-ca ${problem.message}`);
  if (!brokerUrl.startsWith('amqps:')) throw new UsageError(`--parent-ca is for a broker at amqps://, and the parent's is at amqp://`);
  return ca;
};

const readYaml = (file: string): Record<string, unknown> => {
  try {
    return z.record(z.string(), z.unknown()).parse(parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new UsageError(`--topology ${file} cannot be used: ${messageOf(error)}`);
  }
};
