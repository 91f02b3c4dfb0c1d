import { describe, expect, it } from 'vitest';
import { Health, healthAnswer } from './health.js';

describe('the health of a process', () => {
  it('has the reasons of all that is unwell, for as long as it is', () => {
    const health = new Health();
    let database: string | undefined = 'no database';
    health.watch(() => database);
    health.watch(() => 'no broker');
    expect(health.reasons()).toEqual(['no database', 'no broker']);
    database = undefined;
    expect(health.reasons()).toEqual(['no broker']);
  });

  it.each([
    ['GET', undefined, [], 200, 'OK'],
    ['GET', '*/*', ['no database', 'no broker'], 503, 'no database\nno broker'],
    ['HEAD', undefined, [], 204, ''],
    ['HEAD', undefined, ['no database'], 503, ''],
  ])('answers %s (%s) of %j as oslo.middleware does', (method, accept, reasons, status, body) => {
    expect(healthAnswer(reasons, { method, accept })).toEqual({ status, body, contentType: 'text/plain; charset=UTF-8' });
  });

  it('answers in JSON who asks for it', () => {
    const { status, contentType, body } = healthAnswer([], { method: 'GET', accept: 'application/json' });
    expect([status, contentType, JSON.parse(body)]).toEqual([200, 'application/json', { detailed: false, reasons: ['OK'] }]);
  });
});
