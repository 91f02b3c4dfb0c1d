import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { makeDirectory, writeFileAtomically } from '../files.js';
import type { Layout } from '../layout.js';
import type { Address } from '../machines.js';
import type { BrokerServerPlan } from '../plan.js';
import { answers } from '../ports.js';
import { findProgram, rabbitmqPrograms } from './programs.js';
import { rabbitmqDefinitions } from './rabbitmq-definitions.js';
import { runAs } from './run-as.js';
import type { Service } from './service.js';

export interface RabbitmqOptions {
  readonly epmd: { readonly name: string } & Address;
  /** Instead of the cells' accounts: for tests, which make virtual hosts of their own. */
  readonly definitions?: object;
  /** More lines of rabbitmq.conf. */
  readonly settings?: readonly string[];
}

/** A private RabbitMQ. It imports its virtual hosts and accounts when it starts; there is no other account. */
export const rabbitmqService = (layout: Layout, plan: BrokerServerPlan, options: RabbitmqOptions): Service => {
  const directory = layout.server(plan.name);
  const definitions = JSON.stringify(options.definitions ?? rabbitmqDefinitions(plan.vhosts), null, 1);
  const environment = rabbitmqEnvironment(directory, plan, options.epmd.port);
  return {
    name: plan.name,
    kind: 'rabbitmq',
    needs: [options.epmd.name],
    log: layout.log(plan.name),
    fingerprint: JSON.stringify([environment, definitions]),
    readySeconds: 120,
    stopSeconds: 60,
    prepare: async () => {
      const owner = runAs(layout.root, 'rabbitmq');
      for (const part of ['', 'mnesia', 'log']) makeDirectory(join(directory, part), 0o750, owner);
      // Erlang's own would be guessable: it derives from the time, and whoever has it may do anything with the node.
      writeFileAtomically(join(directory, '.erlang.cookie'), plan.cookie, 0o400, owner);
      writeFileAtomically(join(directory, 'definitions.json'), definitions, 0o600, owner);
      writeFileAtomically(join(directory, 'enabled_plugins'), '[].\n', 0o644, owner);
      writeFileAtomically(join(directory, 'rabbitmq.conf'), configuration(directory, options.settings), 0o644, owner);
    },
    launch: () => ({
      command: join(rabbitmqPrograms(), 'rabbitmq-server'),
      args: [],
      env: environment,
      owner: runAs(layout.root, 'rabbitmq'),
    }),
    // It opens its port when its definitions are loaded, last of all.
    isReady: () => answers(plan.address, plan.port),
  };
};

const configuration = (directory: string, settings: readonly string[] = []): string => `\
load_definitions = ${join(directory, 'definitions.json')}
vm_memory_high_watermark.absolute = 512MB
disk_free_limit.absolute = 100MB
# Every quorum queue shares this log; RabbitMQ's own default of 512 MB would be kept in memory as well.
raft.wal_max_size_bytes = 16000000
raft.segment_max_entries = 4096
log.console = true
log.console.level = warning
log.file = false
${settings.map(line => `${line}\n`).join('')}`;

/** Also for whoever calls rabbitmqctl: it finds the node by the same variables. */
export const rabbitmqEnvironment = (directory: string, plan: BrokerServerPlan, epmdPort: number): Record<string, string> => ({
  HOME: directory,
  ERL_EPMD_ADDRESS: '127.0.0.1',
  ERL_EPMD_PORT: String(epmdPort),
  // A name at localhost works on machines whose own name does not resolve.
  RABBITMQ_NODENAME: nodeName(plan.name),
  RABBITMQ_NODE_IP_ADDRESS: plan.address,
  RABBITMQ_NODE_PORT: String(plan.port),
  RABBITMQ_DIST_PORT: String(plan.distributionPort),
  RABBITMQ_MNESIA_BASE: join(directory, 'mnesia'),
  RABBITMQ_MNESIA_DIR: join(directory, 'mnesia', 'node'),
  RABBITMQ_LOG_BASE: join(directory, 'log'),
  RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'enabled_plugins'),
  RABBITMQ_CONFIG_FILE: join(directory, 'rabbitmq'),
  RABBITMQ_ADVANCED_CONFIG_FILE: join(directory, 'advanced'),
  RABBITMQ_CONF_ENV_FILE: join(directory, 'env.conf'),
  RABBITMQ_GENERATED_CONFIG_DIR: join(directory, 'generated'),
  RABBITMQ_SCHEMA_DIR: join(directory, 'schema'),
  RABBITMQ_LOGS: '-',
  RABBITMQ_PID_FILE: join(directory, 'pid'),
  // Without it the program is a shell that waits for Erlang; with it Erlang takes the shell's place, and its pid.
  RUNNING_UNDER_SYSTEMD: 'true',
  RABBITMQ_SERVER_ERL_ARGS: `+S ${plan.schedulers}:${plan.schedulers} +sbwt none +sbwtdcpu none +sbwtdio none +A 4 +P 262144`,
  RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
  PATH: `${process.env.PATH ?? ''}:/usr/sbin:/usr/bin:/sbin:/bin`,
  LANG: 'C.UTF-8',
});

/**
 * A command line that begins with this talks to the running node. It names all that it needs, so that it can stand in the configuration
 * of a cell, whose process knows nothing of the stack.
 */
export const rabbitmqctlCommand = (directory: string, plan: Pick<BrokerServerPlan, 'name'>, epmdPort: number): string[] => {
  const wanted = {
    HOME: directory,
    LANG: 'C.UTF-8',
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(epmdPort),
    RABBITMQ_NODENAME: nodeName(plan.name),
    RABBITMQ_CONF_ENV_FILE: join(directory, 'env.conf'),
  };
  return ['env', ...Object.entries(wanted).map(([name, value]) => `${name}=${value}`), join(rabbitmqPrograms(), 'rabbitmqctl')];
};

/** The data on disk belongs to the node's name, so it must not change when a port does. */
export const nodeName = (server: string): string =>
  `canopy-${createHash('sha256').update(server).digest('hex').slice(0, 8)}-${server.replaceAll('.', '-').slice(0, 40)}@localhost`;

/** A program that talks to a running node at once, where rabbitmqctl takes a second; it comes with Erlang. */
export const erlCall = (): string => findProgram('erl_call');
