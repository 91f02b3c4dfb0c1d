import { expect, it } from 'vitest';
import { CloudError } from '#domain';
import { jsonLogger } from './json-logger.js';

const capture = (level: 'debug' | 'info') => {
  const lines: Record<string, unknown>[] = [];
  const logger = jsonLogger({ level, service: 'test', stream: { write: line => lines.push(JSON.parse(line)) } });
  return { logger, lines };
};

it('an event is one line of JSON with its fields and those of its parents', () => {
  const { logger, lines } = capture('info');
  logger.child({ requestId: 'req-1' }).info('instance built', { seconds: 2 });
  expect(lines).toEqual([
    expect.objectContaining({ level: 'info', service: 'test', msg: 'instance built', requestId: 'req-1', seconds: 2 }),
  ]);
  expect(lines[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
});

it('events below the level are not written', () => {
  const { logger, lines } = capture('info');
  logger.debug('detail');
  expect(lines).toEqual([]);
});

it('an error is written with its kind, its context and its cause', () => {
  const { logger, lines } = capture('info');
  logger.error('failed', { error: new CloudError('unavailable', 'no broker', { context: { url: 'amqp' }, cause: new Error('refused') }) });
  expect(lines[0]?.error).toMatchObject({ kind: 'unavailable', context: { url: 'amqp' } });
  expect(JSON.stringify(lines[0]?.error)).toContain('refused');
});
