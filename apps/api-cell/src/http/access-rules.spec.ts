import { expect, it } from 'vitest';
import { requireAccess } from './access-rules.js';

const rule = (path: string, method = 'GET', service = 'compute') => ({ id: 'r', service, method, path });

it.each([
  ['/v2.1/servers', '/v2.1/servers', true],
  ['/v2.1/servers', '/v2.1/servers/', true],
  ['/v2.1/servers', '/v2.1/servers/x', false],
  ['/v2.1/servers/*', '/v2.1/servers/x', true],
  ['/v2.1/servers/{id}/action', '/v2.1/servers/x/action', true],
  ['/v2.1/servers/*', '/v2.1/servers/x/action', false],
  ['/v2.1/**', '/v2.1/servers/x/action', true],
  ['/v2.1/servers', '/v2x1/servers', false],
])('%s for a call of %s: %s', (path, called, allowed) => {
  const ask = () => requireAccess([rule('/elsewhere'), rule(path)], { service: 'compute', method: 'GET', path: called });
  if (allowed) expect(ask).not.toThrow();
  else expect(ask).toThrow('access rules');
});

it('method and service count, and whoever may get may ask for the head', () => {
  const call = { service: 'compute', method: 'GET', path: '/x' };
  expect(() => requireAccess([rule('/x')], { ...call, method: 'POST' })).toThrow();
  expect(() => requireAccess([rule('/x')], { ...call, service: 'image' })).toThrow();
  expect(() => requireAccess([rule('/x')], { ...call, method: 'HEAD' })).not.toThrow();
  expect(() => requireAccess([], call)).toThrow();
});
