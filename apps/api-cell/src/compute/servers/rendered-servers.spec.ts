import { expect, it } from 'vitest';
import { RenderedServers } from './rendered-servers.js';

const here = { zone: 'nova', enabled: true, up: true };
const elsewhere = { ...here, zone: 'west' };
const bytes = Buffer.alloc(10);

it('an entry is good while row and host are as they were', () => {
  const rendered = new RenderedServers(1000);
  rendered.put('v', 'a', { touched: '1', hostState: here, bytes });
  expect(rendered.get('v', 'a', '1', here)).toBe(bytes);
  expect(rendered.get('v', 'a', '2', here)).toBeUndefined();
  expect(rendered.get('v', 'a', '1', elsewhere)).toBeUndefined();
  expect(rendered.get('v', 'a', '1', undefined)).toBeUndefined();
  expect(rendered.get('w', 'a', '1', here)).toBeUndefined();
});

it('what is used stays, what is not goes, and memory is bounded', () => {
  const rendered = new RenderedServers(100);
  const put = (uuid: string) => rendered.put('v', uuid, { touched: '', hostState: undefined, bytes });
  put('used');
  for (let index = 0; index < 50; index++) {
    put(`u${index}`);
    expect(rendered.get('v', 'used', '', undefined)).toBeDefined();
  }
  const kept = Array.from({ length: 50 }, (_, index) => rendered.get('v', `u${index}`, '', undefined)).filter(found => found !== undefined);
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.length).toBeLessThan(12);
});
