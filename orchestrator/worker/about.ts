import { packageVersion } from '../../contract/packageVersion.ts';
import { protocol } from '../../contract/protocol.ts';
import type { WorkerOptions } from './workerOptions.ts';

/** What a worker says of itself with each request for work, for those who look after it. */
export function aboutWorker({ concurrency }: Pick<WorkerOptions, 'concurrency'>) {
  return {
    version: packageVersion(),
    protocol,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    concurrency,
  };
}
