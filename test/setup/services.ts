import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestServices } from './test-services.js';

/**
 * One MariaDB and one RabbitMQ for all integration tests of a run. Each test makes its own database and virtual host there.
 * Servers that exist are used instead when the variables are set already.
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env.CANOPY_TEST_MARIADB && process.env.CANOPY_TEST_RABBITMQ) return async () => {};
  const directory = mkdtempSync(join(process.env.CANOPY_TEST_DIRECTORY ?? tmpdir(), 'canopy-int-'));
  const services = await startTestServices(directory, { tls: true });
  Object.assign(process.env, services.environment);
  return async () => {
    await services.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}
