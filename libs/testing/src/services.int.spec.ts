import { connect } from 'amqplib';
import { createConnection } from 'mysql2/promise';
import { expect, it } from 'vitest';
import { testDatabase } from './test-database.js';
import { testVhost } from './test-vhost.js';

it('a test database is empty, is its own, and is gone after drop', async () => {
  const [one, other] = [await testDatabase(), await testDatabase()];
  const connection = await createConnection({ uri: one.url });
  await connection.query('create table t (id int primary key)');
  const [tables] = await connection.query('select table_name from information_schema.tables where table_schema = ?', [other.name]);
  expect(tables).toEqual([]);
  await one.drop();
  await other.drop();
  const [left] = await connection.query('select schema_name from information_schema.schemata where schema_name in (?, ?)', [
    one.name,
    other.name,
  ]);
  expect(left).toEqual([]);
  await connection.end();
});

it('a test vhost takes messages, and an account in it has its rights and no more', async () => {
  const vhost = await testVhost();
  const connection = await connect(vhost.url);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('mine', { durable: true });
  channel.sendToQueue('mine', Buffer.from('hello'));
  await channel.waitForConfirms();
  const message = await channel.get('mine', { noAck: true });
  expect(message ? message.content.toString() : 'nothing').toBe('hello');

  const narrow = await connect(await vhost.account({ configure: '^$', write: '^$', read: '^mine$' }));
  narrow.on('error', () => {});
  const reading = await narrow.createChannel();
  reading.on('error', () => {});
  expect(await reading.get('mine', { noAck: true })).toBe(false);
  await expect(reading.assertQueue('other', { durable: true })).rejects.toThrow(/ACCESS_REFUSED/);
  await narrow.close();
  await connection.close();
  await vhost.drop();
  await expect(connect(vhost.url)).rejects.toThrow();
});
