import { describe, expect, it } from 'vitest';
import { throttle } from '../../../server/metrics/throttle.ts';

describe('A costly read', () => {
  function costly() {
    const clock = { now: 0 };
    const reads: PromiseWithResolvers<number>[] = [];
    const read = throttle(
      () => {
        const promise = Promise.withResolvers<number>();
        reads.push(promise);
        return promise.promise;
      },
      { keepMillis: 5000, share: 0.05, waitMillis: 20, now: () => clock.now },
    );
    return { clock, reads, read };
  }

  it('is made once for all who ask meanwhile, and kept for those who ask soon after', async () => {
    const { clock, reads, read } = costly();
    const asked = [read(), read(), read()];
    clock.now = 100;
    reads[0]?.resolve(7);
    expect(await Promise.all(asked)).toEqual(new Array(3).fill({ value: 7, age: 0, took: 0.1, ok: true }));
    clock.now = 5000;
    expect((await read()).age).toBe(4.9);
    expect(reads).toHaveLength(1);
    clock.now = 5100;
    void read();
    expect(reads).toHaveLength(2);
  });

  it('is made less often the longer it takes', async () => {
    const { clock, reads, read } = costly();
    const asked = read();
    clock.now = 2000;
    reads[0]?.resolve(1);
    await asked;
    clock.now = 2000 + 39_999;
    await read();
    expect(reads).toHaveLength(1);
    clock.now += 1;
    void read();
    expect(reads).toHaveLength(2);
  });

  it('that hangs keeps nobody waiting for long: the value before is told with its age', async () => {
    const { clock, reads, read } = costly();
    const asked = read();
    reads[0]?.resolve(1);
    await asked;
    clock.now = 60_000;
    expect(await read()).toEqual({ value: 1, age: 60, took: 0, ok: true });
    await read();
    expect(reads).toHaveLength(2);
  });

  it('that fails tells no old value, and is tried again soon', async () => {
    const { clock, reads, read } = costly();
    const first = read();
    reads[0]?.resolve(1);
    await first;
    clock.now = 6000;
    const second = read();
    reads[1]?.reject(new Error('away'));
    expect(await second).toMatchObject({ value: undefined, ok: false });
    clock.now = 11_000;
    const third = read();
    reads[2]?.resolve(3);
    expect(await third).toMatchObject({ value: 3, ok: true });
  });
});
