import { join } from 'node:path';
import { testEnvironment } from './test-environment.js';

export interface TestTls {
  /** PEM files. `ca` has signed the servers' certificates and `cert`; `otherCa` has not. */
  readonly ca: string;
  readonly otherCa: string;
  readonly cert: string;
  readonly key: string;
  /** The same database or virtual host as this URL names, by the name in the server's certificate and, of a broker, with TLS. */
  url(plain: string): string;
  /** A broker by its address, which is not in its certificate. */
  urlByAddress(plain: string): string;
}

/** How the servers for integration tests are reached with TLS. */
export const testTls = (): TestTls => {
  const file = (name: string): string => join(testEnvironment('CANOPY_TEST_TLS_DIRECTORY'), name);
  const at = (plain: string, host: string): string => {
    const port = testEnvironment('CANOPY_TEST_RABBITMQ_TLS_PORT');
    return plain.replace(/^amqp:(.*)@[^/]+/, `amqps:$1@127.0.0.1:${port}`).replace('@127.0.0.1:', `@${host}:`);
  };
  return {
    ca: file('ca.pem'),
    otherCa: file('other-ca.pem'),
    cert: file('client.pem'),
    key: file('client.key'),
    url: plain => at(plain, 'localhost'),
    urlByAddress: plain => at(plain, '127.0.0.1'),
  };
};
