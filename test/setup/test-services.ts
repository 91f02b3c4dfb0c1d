import { randomBytes, randomInt } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { layoutOf } from '../../tools/stack/layout.js';
import { PortPicker } from '../../tools/stack/ports.js';
import { ProcessTable } from '../../tools/stack/process/process-table.js';
import { epmdService } from '../../tools/stack/servers/epmd.js';
import { mariadbService } from '../../tools/stack/servers/mariadb.js';
import { rabbitmqService } from '../../tools/stack/servers/rabbitmq.js';
import { startAll } from '../../tools/stack/start-all.js';
import { stopAll } from '../../tools/stack/stop-all.js';

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

/** Starts a MariaDB where root needs no password, and a RabbitMQ with guest:guest, on free ports of 127.0.0.1. */
export const startTestServices = async (directory: string): Promise<TestServices> => {
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
  const services = [
    epmdService(layout, epmd),
    rabbitmqService(layout, { ...broker, schedulers: 1, vhosts: [] }, { epmd, definitions: GUEST }),
    mariadbService(layout, database, { openRoot: true }),
  ];
  await startAll(services, new ProcessTable(layout.processes), {});
  return {
    environment: {
      CANOPY_TEST_MARIADB: `mysql://root@127.0.0.1:${database.port}`,
      CANOPY_TEST_RABBITMQ: `amqp://guest:guest@127.0.0.1:${broker.port}`,
      CANOPY_TEST_RABBITMQ_CONTROL: `127.0.0.1:${broker.distributionPort}`,
      CANOPY_TEST_RABBITMQ_COOKIE: broker.cookie,
    },
    stop: async () => {
      await stopAll(layout);
    },
  };
};

/** What a broker for tests has: one account that may do anything. */
export const GUEST = {
  vhosts: [{ name: '/' }],
  users: [{ name: 'guest', password: 'guest', tags: ['administrator'] }],
  permissions: [{ user: 'guest', vhost: '/', configure: '.*', write: '.*', read: '.*' }],
};
