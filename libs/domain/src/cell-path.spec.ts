import { describe, expect, it } from 'vitest';
import { cellPath, childPath, isAtOrBelow, nameOf, nextHop, parentOf } from './cell-path.js';
import { cellName } from './ids.js';

const west = cellPath('api!west');
const a = cellPath('api!west!a');

describe('cell paths', () => {
  it('a child is its parent, an exclamation mark and its name', () => {
    expect(childPath(west, cellName('a'))).toBe(a);
    expect(nameOf(a)).toBe('a');
    expect(parentOf(a)).toBe(west);
    expect(parentOf(cellPath('api'))).toBeUndefined();
  });

  it('the next hop is the child through which the target is reached', () => {
    expect(nextHop(cellPath('api'), a)).toBe('west');
    expect(nextHop(west, a)).toBe('a');
  });

  it('there is no next hop to a cell that does not lie below', () => {
    expect(() => nextHop(a, west)).toThrow('cell api!west does not lie below api!west!a');
    expect(() => nextHop(west, west)).toThrow('does not lie below');
  });

  it('a name that only begins alike is not below', () => {
    expect(isAtOrBelow(cellPath('api!western'), west)).toBe(false);
    expect(isAtOrBelow(a, west)).toBe(true);
  });

  it.each(['', 'api!', '!west', 'api!we.st', 'api!a@b', 'api!!a'])('%j is no path', text => {
    expect(() => cellPath(text)).toThrow('is not a cell name');
  });
});
