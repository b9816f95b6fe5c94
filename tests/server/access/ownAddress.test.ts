import { expect, it } from 'vitest';
import { warnOfOwnAddress } from '../../../server/access/proxy.ts';

it.each([
  [['127.0.0.1'], true],
  [['10.0.0.5', '::1'], true],
  [['127.0.0.0/8'], true],
  [['0.0.0.0/0'], true],
  [['10.0.0.5', '2001:db8::/32'], false],
  [[], false],
])(
  'The proxies %j are told of as this computer’s, whose programs could be anybody: %s',
  (trustedProxy, isTold) => {
    const told = warnOfOwnAddress({ trustedProxy });
    expect(told).toEqual(isTold ? expect.stringContaining('can decide as anyone') : undefined);
  },
);
