import { expect, it } from 'vitest';
import { addressOf, floatingIpPoolConfig, floatingIpPools, numberOf } from './floating-ip-pools.js';

it('a pool gives all addresses of its network but the first and the last', () => {
  const [pool] = floatingIpPools([{ name: 'public', cidr: '203.0.113.77/28' }]);
  expect(pool).toMatchObject({ name: 'public', cidr: '203.0.113.64/28' });
  expect([addressOf(pool!.first), addressOf(pool!.last)]).toEqual(['203.0.113.65', '203.0.113.78']);
});

it('its id is that of its name', () => {
  const ids = [
    [{ name: 'a', cidr: '10.0.0.0/8' }],
    [
      { name: 'b', cidr: '192.0.2.0/24' },
      { name: 'a', cidr: '192.0.2.0/30' },
    ],
  ].map(pools => floatingIpPools(pools).find(({ name }) => name === 'a')?.id);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
});

it.each(['0.0.0.0', '10.0.0.1', '203.0.113.255', '255.255.255.255'])('%s is a number and back', address => {
  expect(addressOf(numberOf(address))).toBe(address);
});

it('refuses two pools of one name, and networks without room', () => {
  const pool = { name: 'public', cidr: '203.0.113.0/24' };
  expect(() => floatingIpPools([pool, pool])).toThrow("floatingIpPools[1].name: there is another pool 'public'");
  for (const cidr of ['203.0.113.0/31', '203.0.113.0', '2001:db8::/64', 'public'])
    expect(floatingIpPoolConfig.safeParse({ name: 'x', cidr }).success).toBe(false);
});
