import { readFileSync } from 'node:fs';
import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Logger, silentLogger, type TlsMaterial } from '#domain';
import { type TestVhost, testTls, testVhost, until } from '#testing';
import { BrokerModule, linkToken } from './broker.module.js';
import type { BrokerLink } from './broker-link.js';
import { probeChildAccount, probeOwnBroker } from './probe-account.js';
import { declareCell } from './topology.js';

const files = testTls();
const [ca, otherCa, cert, key] = [files.ca, files.otherCa, files.cert, files.key].map(file => readFileSync(file, 'utf8'));

let vhost: TestVhost;
let closing: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  vhost = await testVhost();
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});
afterAll(() => vhost.drop());

class Side {}

/** A link as every process has it, and why it was not made. */
const linkTo = async (url: string, tls: TlsMaterial) => {
  const reasons: unknown[] = [];
  const log: Logger = {
    ...silentLogger,
    warn: (event, fields) => void (event === 'broker is not reached' && reasons.push(fields?.reason)),
  };
  const module = { module: Side, imports: [BrokerModule.forRoot({ own: { url, tls } }, log)] };
  const app: INestApplicationContext = await NestFactory.createApplicationContext(module, { logger: false });
  const link = app.get<BrokerLink>(linkToken('own'));
  closing.push(
    () => app.close(),
    () => link.close(),
  );
  link.open(async () => undefined);
  return { link, reasons };
};

const reasonOf = async (url: string, tls: TlsMaterial): Promise<unknown> => {
  const { reasons } = await linkTo(url, tls);
  await until(() => reasons.length > 0, { timeoutMs: 30_000, what: 'a reason' });
  return reasons[0];
};

describe('a broker over TLS', () => {
  it('is reached with an own CA and a client certificate, on side connections too', async () => {
    const { link } = await linkTo(files.url(vhost.url), { ca, cert, key });
    await until(() => link.connected, { timeoutMs: 30_000, what: 'the link' });
    expect(await link.aside.apart(async connection => (await connection.createChannel()).assertQueue('mine'))).toMatchObject({
      queue: 'mine',
    });
  });

  it('is tried with them by a cell that joins', async () => {
    const broker = { url: files.url(vhost.url), tls: { ca, cert, key } };
    const { link } = await linkTo(broker.url, broker.tls);
    await until(() => link.connected, { timeoutMs: 30_000, what: 'the link' });
    await link.aside.once(channel => declareCell(channel, ['west']));
    expect((await probeChildAccount(broker, 'west')).probes.filter(({ wanted, passed }) => wanted === 'allowed' && !passed)).toEqual([]);
    expect(await probeOwnBroker(broker)).toBe(0);
    await expect(probeOwnBroker({ ...broker, tls: { ca: otherCa } })).rejects.toThrow('certificate');
  });

  it.each([
    ['a CA that has not signed its certificate', () => ({ ca: otherCa }), 'url', 'broker.tls.ca does not vouch for'],
    [
      'an address that its certificate does not name',
      () => ({ ca }),
      'urlByAddress',
      'broker.tls: the server’s certificate is for another name',
    ],
    [
      'a certificate that the broker does not know',
      () => ({ ca, cert: otherCa, key: otherKey() }),
      'url',
      'broker.tls.cert and broker.tls.key',
    ],
  ] as const)('says by its setting what is wrong: %s', async (_, tls, url, expected) => {
    expect(await reasonOf(files[url](vhost.url), tls())).toContain(expected.replace('’', "'"));
  });
});

/** Of the authority that nobody here trusts: it shows its own certificate. */
const otherKey = (): string => readFileSync(files.otherCa.replace(/pem$/, 'key'), 'utf8');
