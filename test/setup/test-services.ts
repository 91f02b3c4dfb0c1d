import { randomBytes, randomInt } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { layoutOf } from '../../tools/stack/layout.js';
import { answers, PortPicker } from '../../tools/stack/ports.js';
import { ProcessTable } from '../../tools/stack/process/process-table.js';
import { epmdService } from '../../tools/stack/servers/epmd.js';
import { mariadbService } from '../../tools/stack/servers/mariadb.js';
import { rabbitmqService } from '../../tools/stack/servers/rabbitmq.js';
import { startAll } from '../../tools/stack/start-all.js';
import { stopAll } from '../../tools/stack/stop-all.js';
import { waitFor } from '../../tools/stack/wait.js';
import { makeCertificates } from './certificates.js';

export interface TestServices {
  /** What tests find the servers by: see libs/testing. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Files of tests that run side by side take ports that are far apart, and so do, by chance, several runs. */
export const randomPortBase = (): number => {
  const lane = Number(process.env.VITEST_POOL_ID ?? 0) % PORT_LANES;
  return 24_000 + lane * LANE_PORTS + randomInt(0, LANE_PORTS - PORTS_OF_A_TREE);
};

const PORT_LANES = 3;
const LANE_PORTS = 2_500;
const PORTS_OF_A_TREE = 700;

/**
 * Starts a MariaDB where root needs no password, and a RabbitMQ with guest:guest, on free ports of 127.0.0.1; with `tls`, which nobody must
 * use, they know certificates too.
 */
export const startTestServices = async (directory: string, { tls = false } = {}): Promise<TestServices> => {
  chmodSync(directory, 0o755);
  const layout = layoutOf(directory);
  const picker = new PortPicker(randomPortBase());
  const epmd = { name: 'epmd', host: '127.0.0.1', port: await picker.pick() };
  const broker = {
    name: 'test.rabbitmq',
    address: '127.0.0.1',
    port: await picker.pick(),
    distributionPort: await picker.pick(),
    cookie: randomBytes(16).toString('hex'),
  };
  const database = { name: 'test.mariadb', address: '127.0.0.1', port: await picker.pick(), bufferPoolMb: 64, databases: [] };
  const secured = tls ? await securedBy(join(directory, 'tls'), await picker.pick()) : PLAIN;
  const services = [
    epmdService(layout, epmd),
    rabbitmqService(layout, { ...broker, schedulers: 1, vhosts: [] }, { epmd, definitions: GUEST, settings: secured.broker }),
    mariadbService(layout, database, { openRoot: true, settings: secured.database }),
  ];
  await startAll(services, new ProcessTable(layout.processes), {});
  await secured.ready();
  return {
    environment: {
      CANOPY_TEST_MARIADB: `mysql://root@127.0.0.1:${database.port}`,
      CANOPY_TEST_RABBITMQ: `amqp://guest:guest@127.0.0.1:${broker.port}`,
      CANOPY_TEST_RABBITMQ_CONTROL: `127.0.0.1:${broker.distributionPort}`,
      CANOPY_TEST_RABBITMQ_COOKIE: broker.cookie,
      ...secured.environment,
    },
    stop: async () => {
      await stopAll(layout);
    },
  };
};

const PLAIN = { database: [], broker: [], environment: {}, ready: async () => undefined };

/** A server that knows certificates asks clients for one, and serves those who have none. */
const securedBy = async (directory: string, port: number) => {
  await makeCertificates(directory);
  const file = (name: string): string => join(directory, name);
  return {
    database: [`--ssl-ca=${file('ca.pem')}`, `--ssl-cert=${file('server.pem')}`, `--ssl-key=${file('server.key')}`],
    broker: [
      `listeners.ssl.default = 127.0.0.1:${port}`,
      `ssl_options.cacertfile = ${file('ca.pem')}`,
      `ssl_options.certfile = ${file('server.pem')}`,
      `ssl_options.keyfile = ${file('server.key')}`,
      'ssl_options.verify = verify_peer',
      'ssl_options.fail_if_no_peer_cert = false',
    ],
    environment: { CANOPY_TEST_TLS_DIRECTORY: directory, CANOPY_TEST_RABBITMQ_TLS_PORT: String(port) },
    // The broker opens this port a moment after the other.
    ready: () => waitFor('the port of RabbitMQ for TLS', () => answers('127.0.0.1', port), { timeoutMs: 30_000 }),
  };
};

/** What a broker for tests has: one account that may do anything. */
export const GUEST = {
  vhosts: [{ name: '/' }],
  users: [{ name: 'guest', password: 'guest', tags: ['administrator'] }],
  permissions: [{ user: 'guest', vhost: '/', configure: '.*', write: '.*', read: '.*' }],
};
