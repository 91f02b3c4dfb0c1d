import { describe, expect, it } from 'vitest';
import { Attention } from './attention.js';

describe('the silence of a neighbour', () => {
  it('grows while this cell listens', () => {
    const attention = new Attention(1000);
    attention.listens(1000);
    expect(attention.silence(5000, 9000)).toBe(4000);
  });

  it('does not grow while this cell is down', () => {
    const attention = new Attention(10_000);
    attention.listens(60_000);
    expect(attention.silence(9_000, 61_000)).toBe(2000);
  });

  it('of one that was silent before this cell went down is not forgotten', () => {
    const attention = new Attention(100_000);
    attention.listens(200_000);
    expect(attention.silence(50_000, 201_000)).toBe(51_000);
  });

  it('does not grow while the broker is away', () => {
    const attention = new Attention(0);
    attention.listens(0);
    attention.deaf(10_000);
    expect(attention.silence(9_000, 30_000)).toBe(1000);
    attention.listens(30_000);
    expect(attention.silence(9_000, 32_000)).toBe(3000);
    expect(attention.silence(31_000, 32_000)).toBe(1000);
  });
});

describe('the silence of a neighbour whose words cannot be noted down', () => {
  const listening = (): Attention => {
    const attention = new Attention(0);
    attention.listens(0);
    return attention;
  };

  it('does not grow while the database is away, which counts from the first failure on', () => {
    const attention = listening();
    attention.notNoted(10_000, 10_200);
    attention.notNoted(10_400, 40_000);
    expect(attention.silence(9_000, 50_000)).toBe(1000);
    attention.noted(60_000);
    expect(attention.silence(9_000, 62_000)).toBe(3000);
    expect([attention.hasListened(5000, 64_999), attention.hasListened(5000, 65_000)]).toEqual([false, true]);
  });

  it('grows on when a transaction fails now and then', () => {
    const attention = listening();
    for (let at = 10_000; at < 30_000; at += 1500) {
      attention.notNoted(at, at + 100);
      attention.noted(at + 1000);
    }
    expect(attention.silence(9_000, 30_000)).toBe(21_000);
    expect(attention.hasListened(20_000, 30_000)).toBe(true);
  });

  it('does not grow until both the broker and the database are there again', () => {
    const attention = listening();
    attention.deaf(10_000);
    attention.notNoted(11_000, 14_000);
    attention.noted(20_000);
    expect(attention.silence(9_000, 30_000)).toBe(1000);
    attention.listens(40_000);
    expect(attention.silence(9_000, 41_000)).toBe(2000);
  });
});

describe('a cell that listens', () => {
  it('has listened since it last could not', () => {
    const attention = new Attention(0);
    expect(attention.hasListened(0, 5000)).toBe(false);
    attention.listens(5000);
    expect([attention.hasListened(1000, 5999), attention.hasListened(1000, 6000)]).toEqual([false, true]);
    attention.deaf(7000);
    expect(attention.hasListened(0, 7000)).toBe(false);
    attention.listens(8000);
    expect([attention.hasListened(1000, 8999), attention.hasListened(1000, 9000)]).toEqual([false, true]);
  });
});
